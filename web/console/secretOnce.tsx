import { KeyText } from "../ui/copy";

/** A new API key with its secret, which is shown now and not again. */
export const SecretOnce = ({ apiKeyId, secret }: { readonly apiKeyId: string; readonly secret?: string }) => (
  <div class="stack">
    {secret && <p class="notice warn">Keep the secret now: it is shown only once.</p>}
    <dl class="stack tight">
      <div>
        <dt class="small muted">API key id</dt>
        <dd class="plain">
          <KeyText text={apiKeyId} what="API key id" />
        </dd>
      </div>
      {secret && (
        <div>
          <dt class="small muted">API key secret</dt>
          <dd class="plain">
            <KeyText text={secret} what="API key secret" />
          </dd>
        </div>
      )}
    </dl>
  </div>
);
