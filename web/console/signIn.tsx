import { useState } from "preact/hooks";
import { TextField } from "../ui/field";
import { Form } from "../ui/form";
import { useAction } from "../ui/load";
import { href } from "../ui/route";
import { Session } from "./session";

interface Props {
  readonly notice: string | undefined;
  readonly apiKeyId: string;
  readonly onSession: (session: Session) => void;
  readonly onEnd: () => void;
}

export function SignIn({ notice, apiKeyId, onSession, onEnd }: Props) {
  const [id, setId] = useState(apiKeyId);
  const [secret, setSecret] = useState("");
  const action = useAction();
  return (
    <div class="sign-in card stack">
      <h1>Sign in</h1>
      {notice && (
        <p class="notice warn" role="alert">
          {notice}
        </p>
      )}
      <Form
        action={action}
        submit="Sign in"
        label="Sign in"
        work={async () => onSession(await Session.signIn(id.trim(), secret.trim(), onEnd))}
      >
        <TextField
          label="API key id"
          class="mono"
          autocomplete="username"
          required
          value={id}
          onValue={setId}
        />
        <TextField
          label="API key secret"
          type="password"
          class="mono"
          autocomplete="current-password"
          required
          value={secret}
          onValue={setSecret}
        />
      </Form>
      <p class="small muted">
        Nothing is stored: the tokens stay in this page’s memory, and reloading it signs you out. A server
        without any API key? <a href={href("first-key")}>Make the first one</a>.
      </p>
    </div>
  );
}
