import { useState } from "preact/hooks";
import { TextField } from "../ui/field";
import { Form } from "../ui/form";
import { useAction } from "../ui/load";
import { SAMPLE_USER_KEY } from "./samples";
import type { Owner } from "./userKeys";
import { useSession } from "./useSession";

interface Props {
  readonly owner: Owner;
  readonly hasKey: boolean;
  readonly onChanged: (what: string) => void;
  readonly onDelete: () => void;
}

/** Sets the first key of a user, or puts another in the place of the one in force. */
export function SetKey({ owner, hasKey, onChanged, onDelete }: Props) {
  const session = useSession();
  const [userPubKey, setKey] = useState("");
  const action = useAction();
  const set = async () => {
    await session.call("pkiAdmin/setKey", { ...owner, userPubKey: userPubKey.trim() });
    setKey("");
    onChanged(hasKey ? "The key is rotated: the new one is in force." : "The key is set and in force.");
  };
  return (
    <Form
      action={action}
      submit={hasKey ? "Rotate key" : "Set key"}
      label={hasKey ? "Rotate the key" : "Set the key"}
      work={set}
      beside={
        hasKey ? (
          <button type="button" class="button danger" onClick={onDelete}>
            Delete key
          </button>
        ) : (
          <button type="button" class="button link" onClick={() => setKey(SAMPLE_USER_KEY)}>
            Fill in an example key
          </button>
        )
      }
    >
      <TextField
        label={hasKey ? "New public key" : "Public key"}
        class="mono"
        required
        value={userPubKey}
        onValue={setKey}
        hint="In Base58Check, in force from now on"
      />
    </Form>
  );
}
