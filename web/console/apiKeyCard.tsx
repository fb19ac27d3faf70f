import { useState } from "preact/hooks";
import { Confirm } from "../ui/confirm";
import { KeyText } from "../ui/copy";
import { TextField } from "../ui/field";
import { Form } from "../ui/form";
import { useAction } from "../ui/load";
import { ErrorNotice } from "../ui/notice";
import type { Result } from "./api";
import { ScopeBadges, ScopeChoice } from "./scopes";
import { useSession } from "./useSession";

type ApiKey = Result<"user/listApiKeys">["list"][number];

interface Props {
  readonly apiKey: ApiKey;
  readonly onChanged: (what: string) => void;
}

/** One API key: what it may do, and whether it works. */
export function ApiKeyCard({ apiKey, onChanged }: Props) {
  const session = useSession();
  const { apiKeyId, name, enabled, maxScope, clientPublicKey } = apiKey;
  const [open, setOpen] = useState<"edit" | "delete" | "disable">();
  const action = useAction();
  const close = () => setOpen(undefined);
  const setEnabled = async (on: boolean) => {
    await session.call("user/updateApiKey", { apiKeyId, enabled: on });
    onChanged(on ? "The API key works again." : "The API key is disabled and its sessions are ended.");
  };
  return (
    <article class="card stack" aria-label={`API key ${name || apiKeyId}`}>
      <div class="row spread">
        <h2>{name || "(no name)"}</h2>
        <span class="row">
          {apiKeyId === session.apiKeyId && <span class="badge accent">you are signed in with it</span>}
          <span class="badge">{clientPublicKey ? "Ed25519 key" : "secret"}</span>
          <span class={`badge ${enabled ? "good" : "bad"}`}>{enabled ? "enabled" : "disabled"}</span>
        </span>
      </div>
      <KeyText text={apiKeyId} what="API key id" />
      {open === "edit" ? (
        <EditApiKey apiKey={apiKey} onChanged={onChanged} onClose={close} />
      ) : (
        <ScopeBadges scope={maxScope} />
      )}
      <ErrorNotice error={action.error} />
      {open !== "edit" && (
        <div class="row">
          <button type="button" class="button quiet small" onClick={() => setOpen("edit")}>
            Change
          </button>
          <button
            type="button"
            class="button quiet small"
            aria-busy={action.busy}
            onClick={() => (enabled ? setOpen("disable") : action.run(() => setEnabled(true)))}
          >
            {enabled ? "Disable" : "Enable"}
          </button>
          <button type="button" class="button danger small" onClick={() => setOpen("delete")}>
            Delete
          </button>
        </div>
      )}
      {open === "disable" && (
        <Confirm
          title="Disable this API key?"
          does="Disable it"
          onClose={close}
          work={() => setEnabled(false)}
        >
          <p>Its sessions end at once. It can be enabled again.</p>
        </Confirm>
      )}
      {open === "delete" && (
        <Confirm
          title="Delete this API key?"
          does="Delete it"
          onClose={close}
          work={async () => {
            await session.call("user/deleteApiKey", { apiKeyId });
            onChanged("The API key is deleted.");
          }}
        >
          <p>Its sessions end at once, and programs that use it stop working. This cannot be taken back.</p>
        </Confirm>
      )}
    </article>
  );
}

function EditApiKey({ apiKey, onChanged, onClose }: Props & { readonly onClose: () => void }) {
  const session = useSession();
  const [name, setName] = useState(apiKey.name);
  const [maxScope, setScope] = useState(apiKey.maxScope);
  const action = useAction();
  const save = async () => {
    const { apiKeyId } = apiKey;
    await session.call("user/updateApiKey", {
      apiKeyId,
      name,
      // A scope that was not touched is not sent: nobody may give more than they have, not even again.
      ...(maxScope !== apiKey.maxScope && { maxScope }),
    });
    onChanged("The API key is changed.");
    onClose();
  };
  return (
    <Form
      action={action}
      submit="Save"
      label="Change the API key"
      work={save}
      beside={
        <button type="button" class="button quiet" onClick={onClose}>
          Cancel
        </button>
      }
    >
      <TextField label="Name" value={name} onValue={setName} maxLength={128} />
      <ScopeChoice scope={maxScope} onScope={setScope} />
    </Form>
  );
}
