import { useState } from "preact/hooks";
import { TextField } from "../ui/field";
import { FileField } from "../ui/fileField";
import { Form } from "../ui/form";
import { useAction } from "../ui/load";
import { useSession } from "./useSession";

interface Props {
  readonly userId: string;
  readonly onAdded: () => void;
  readonly onCancel: () => void;
}

/** What follows the key in a .pub file. */
const commentIn = (line: string) => line.trim().split(/\s+/).slice(2).join(" ");

const asDateTime = (local: string) => (local === "" ? "" : new Date(local).toISOString());

export function AddSshKey({ userId, onAdded, onCancel }: Props) {
  const session = useSession();
  const [publicKey, setPublicKey] = useState("");
  const [name, setName] = useState("");
  const [comment, setComment] = useState("");
  const [notBefore, setNotBefore] = useState("");
  const [notAfter, setNotAfter] = useState("");
  const [addresses, setAddresses] = useState("");
  const action = useAction();
  const takeKey = (text: string) => {
    setPublicKey(text);
    if (name === "") setName(commentIn(text));
  };
  const add = async () => {
    const body = {
      name,
      comment,
      public_key: publicKey.trim(),
      not_before: asDateTime(notBefore),
      not_after: asDateTime(notAfter),
      source_address: addresses.split(/[\s,]+/).filter(Boolean),
    };
    await session.rest("createAuthorizedKey", { path: { user_id: userId }, body });
    onAdded();
  };
  return (
    <div class="card stack">
      <h2>Add an SSH key</h2>
      <Form
        action={action}
        submit="Add key"
        label="Add an SSH key"
        work={add}
        beside={
          <button type="button" class="button quiet" onClick={onCancel}>
            Cancel
          </button>
        }
      >
        <FileField
          label="Public key"
          class="mono"
          required
          value={publicKey}
          onValue={takeKey}
          placeholder="ssh-ed25519 AAAA…"
          hint="Paste it, or drop a .pub file here"
        />
        <div class="fields">
          <TextField label="Name" required maxLength={128} value={name} onValue={setName} />
          <TextField
            label="Comment"
            value={comment}
            onValue={setComment}
            hint="Empty means the one that the key has"
          />
          <TextField
            label="Valid from"
            type="datetime-local"
            step={1}
            value={notBefore}
            onValue={setNotBefore}
            hint="Your time zone; empty means now"
          />
          <TextField
            label="Valid until"
            type="datetime-local"
            step={1}
            value={notAfter}
            onValue={setNotAfter}
            hint="Empty means as long as this server allows"
          />
        </div>
        <TextField
          label="Only from these addresses"
          class="mono"
          value={addresses}
          onValue={setAddresses}
          hint="IP addresses or CIDR ranges, with commas between them; empty means any"
        />
      </Form>
    </div>
  );
}
