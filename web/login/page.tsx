import { Layout } from "../layout";

/** `GET /login`: where a program that logs people in by OAuth sends them; see RFC 6749, section 4.1. */
export const LoginPage = () => (
  <Layout path="/login" title="Log in · Veridge" description="Log in for another program." script="/login.js">
    <form class="sign-in card stack" id="login" aria-label="Log in">
      <h1>Log in</h1>
      <p class="muted">
        Another program asks who you are. It never sees the secret that you enter here: it gets a token for
        what your API key may do.
      </p>
      <div class="field">
        <label for="username">API key id</label>
        <input id="username" class="mono" autocomplete="username" required spellcheck={false} />
      </div>
      <div class="field">
        <label for="password">API key secret</label>
        <input id="password" type="password" class="mono" autocomplete="current-password" required />
      </div>
      <p id="refused" class="notice bad" role="alert" hidden />
      <p>
        <button type="submit" class="button">
          Log in
        </button>
      </p>
    </form>
  </Layout>
);
