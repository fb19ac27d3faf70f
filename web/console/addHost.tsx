import { useState } from "preact/hooks";
import { TextField } from "../ui/field";
import { Form } from "../ui/form";
import { useAction } from "../ui/load";
import { SAMPLE_HOST_KEY, SAMPLE_URL } from "./samples";
import { useSession } from "./useSession";

interface Props {
  readonly onAdded: () => void;
  readonly onCancel?: () => void;
}

export function AddHost({ onAdded, onCancel }: Props) {
  const session = useSession();
  const [hostPubKey, setKey] = useState("");
  const [hostUrl, setUrl] = useState("");
  const action = useAction();
  const add = async () => {
    await session.call("pkiAdmin/setHost", { hostPubKey: hostPubKey.trim(), hostUrl: hostUrl.trim() });
    onAdded();
  };
  const fill = () => {
    setKey(SAMPLE_HOST_KEY);
    setUrl(SAMPLE_URL);
  };
  return (
    <div class="card stack">
      <h2>Register a host</h2>
      <Form
        action={action}
        submit="Register host"
        label="Register a host"
        work={add}
        beside={
          <>
            {onCancel && (
              <button type="button" class="button quiet" onClick={onCancel}>
                Cancel
              </button>
            )}
            <button type="button" class="button link" onClick={fill}>
              Fill in example values
            </button>
          </>
        }
      >
        <TextField
          label="Public key"
          class="mono"
          required
          value={hostPubKey}
          onValue={setKey}
          hint="Of the Bridge server, in Base58Check. It becomes the host’s instance id."
        />
        <TextField
          label="URL"
          class="mono"
          required
          value={hostUrl}
          onValue={setUrl}
          hint="Exactly as apps write it, usually ending in /api/v2.0: URLs are compared as they stand."
        />
      </Form>
    </div>
  );
}
