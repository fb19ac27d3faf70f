import { useState } from "preact/hooks";
import { useLoad } from "../ui/load";
import { ErrorNotice, Loading } from "../ui/notice";
import { useToast } from "../ui/toast";
import { AddApiKey } from "./addApiKey";
import { ApiKeyCard } from "./apiKeyCard";
import { SecretOnce } from "./secretOnce";
import { useSession } from "./useSession";

/** The signed-in user's API keys: what programs and people log in with. */
export function ApiKeys() {
  const session = useSession();
  const say = useToast();
  const keys = useLoad(async () => (await session.call("user/listApiKeys", {})).list, [session]);
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<{ apiKeyId: string; secret?: string }>();
  const changed = (what: string) => {
    say(what);
    keys.reload();
  };
  return (
    <div class="stack">
      <div class="row spread">
        <h1>API keys</h1>
        {!adding && (
          <button type="button" class="button" onClick={() => setAdding(true)}>
            Create an API key
          </button>
        )}
      </div>
      <ErrorNotice error={keys.error} retry={keys.reload} />
      {made && (
        <section class="card stack" aria-label="The new API key">
          <h2>The new API key</h2>
          <SecretOnce {...made} />
          <p>
            <button type="button" class="button quiet" onClick={() => setMade(undefined)}>
              I have kept it
            </button>
          </p>
        </section>
      )}
      {adding && (
        <AddApiKey
          onCancel={() => setAdding(false)}
          onMade={(key) => {
            setMade(key);
            setAdding(false);
            changed("The API key is created.");
          }}
        />
      )}
      {!keys.data && keys.loading && <Loading what="API keys" />}
      {keys.data?.map((key) => (
        <ApiKeyCard key={key.apiKeyId} apiKey={key} onChanged={changed} />
      ))}
    </div>
  );
}
