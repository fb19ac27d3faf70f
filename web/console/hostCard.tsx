import { useState } from "preact/hooks";
import { Confirm } from "../ui/confirm";
import { KeyText } from "../ui/copy";
import { TextField } from "../ui/field";
import { Form } from "../ui/form";
import { useAction } from "../ui/load";
import { href } from "../ui/route";
import type { Result } from "./api";
import { useSession } from "./useSession";

interface Props {
  readonly host: Result<"pkiAdmin/listHosts">[number];
  readonly onChanged: (what: string) => void;
}

/** One host: its key, its URLs, and the way to its users' keys. */
export function HostCard({ host, onChanged }: Props) {
  const session = useSession();
  const { instanceId, addresses } = host;
  const [asked, setAsked] = useState<{ url?: string }>();
  const [adding, setAdding] = useState(false);
  const [hostUrl, setUrl] = useState("");
  const action = useAction();
  const add = async () => {
    await session.call("pkiAdmin/addHostUrl", { instanceId, hostUrl: hostUrl.trim() });
    setUrl("");
    setAdding(false);
    onChanged("The URL is added.");
  };
  const remove = async () => {
    if (asked?.url === undefined) await session.call("pkiAdmin/deleteHost", { instanceId });
    else await session.call("pkiAdmin/removeHostUrl", { instanceId, hostUrl: asked.url });
    onChanged(asked?.url === undefined ? "The host is deleted." : "The URL is removed.");
  };
  return (
    <article class="card stack" aria-label={`Host ${instanceId}`}>
      <div>
        <p class="small muted">Public key and instance id</p>
        <KeyText text={instanceId} what="instance id" />
      </div>
      {addresses.length === 0 && (
        <p class="muted small">No URL: apps cannot verify this host until it has one.</p>
      )}
      <ul class="plain url-list">
        {addresses.map((url) => (
          <li key={url}>
            <code>{url}</code>
            <button type="button" class="button link small" onClick={() => setAsked({ url })}>
              Remove<span class="visually-hidden"> {url}</span>
            </button>
          </li>
        ))}
      </ul>
      {adding && (
        <Form
          action={action}
          submit="Add URL"
          label="Add a URL"
          work={add}
          beside={
            <button type="button" class="button quiet" onClick={() => setAdding(false)}>
              Cancel
            </button>
          }
        >
          <TextField
            label="Another URL of this host"
            class="mono"
            required
            value={hostUrl}
            onValue={setUrl}
          />
        </Form>
      )}
      <div class="row">
        <a class="button quiet small" href={href("keys", instanceId)}>
          Users’ keys
        </a>
        {!adding && (
          <button type="button" class="button quiet small" onClick={() => setAdding(true)}>
            Add a URL
          </button>
        )}
        <button type="button" class="button danger small" onClick={() => setAsked({})}>
          Delete host
        </button>
      </div>
      {asked && (
        <Confirm
          title={asked.url === undefined ? "Delete this host?" : "Remove this URL?"}
          does={asked.url === undefined ? "Delete the host" : "Remove the URL"}
          work={remove}
          onClose={() => setAsked(undefined)}
        >
          {asked.url === undefined ? (
            <p>Its URLs become free for others. The key histories of its users stay.</p>
          ) : (
            <p>
              Apps that use <code>{asked.url}</code> will no longer find this host verified.
            </p>
          )}
        </Confirm>
      )}
    </article>
  );
}
