import { useState } from "preact/hooks";
import { TextField } from "../ui/field";
import { Form } from "../ui/form";
import { useAction } from "../ui/load";
import { useSession } from "./useSession";

interface Props {
  readonly onAdded: (userId: string) => void;
  readonly onCancel: () => void;
}

export function AddSshUser({ onAdded, onCancel }: Props) {
  const session = useSession();
  const [username, setUsername] = useState("");
  const [full_name, setFullName] = useState("");
  const [email, setEmail] = useState("");
  const action = useAction();
  const add = async () => {
    const body = { username: username.trim(), full_name, email: email.trim() };
    onAdded((await session.rest("createLocalUser", { body })).id);
  };
  return (
    <div class="card stack">
      <h2>Add a user</h2>
      <Form
        action={action}
        submit="Add user"
        label="Add a user"
        work={add}
        beside={
          <button type="button" class="button quiet" onClick={onCancel}>
            Cancel
          </button>
        }
      >
        <div class="fields">
          <TextField
            label="Username"
            class="mono"
            required
            maxLength={128}
            value={username}
            onValue={setUsername}
            hint="The account’s name on the servers"
          />
          <TextField label="Full name" maxLength={256} value={full_name} onValue={setFullName} />
          <TextField label="Email" maxLength={256} value={email} onValue={setEmail} />
        </div>
      </Form>
    </div>
  );
}
