/** Where a token for the forms is pasted, or had for an API key. The page's script keeps it in its memory only. */
export const TokenBox = () => (
  <details class="card" id="token-box">
    <summary>Token for the forms on this page</summary>
    <div class="stack">
      <form class="stack" id="token-paste">
        <div class="field">
          <label for="token">Access token</label>
          <input id="token" type="password" class="mono" autocomplete="off" spellcheck={false} />
        </div>
        <p>
          <button type="submit" class="button quiet">
            Use this token
          </button>
        </p>
      </form>
      <form class="stack" id="token-login">
        <p class="muted small">Or have one made for an API key:</p>
        <div class="fields">
          <div class="field">
            <label for="api-key-id">API key id</label>
            <input id="api-key-id" class="mono" autocomplete="username" required spellcheck={false} />
          </div>
          <div class="field">
            <label for="api-key-secret">API key secret</label>
            <input
              id="api-key-secret"
              type="password"
              class="mono"
              autocomplete="current-password"
              required
            />
          </div>
        </div>
        <p>
          <button type="submit" class="button quiet">
            Log in
          </button>
        </p>
      </form>
      <p id="token-state" role="status" class="small">
        No token yet. It stays in this page’s memory and is gone when you leave.
      </p>
    </div>
  </details>
);
