import { useState } from "preact/hooks";
import { TextField } from "../ui/field";
import { Form } from "../ui/form";
import { useAction } from "../ui/load";
import { go, href } from "../ui/route";
import { call } from "./api";
import { SecretOnce } from "./secretOnce";
import { Session } from "./session";

interface Props {
  readonly onSession: (session: Session) => void;
  readonly onEnd: () => void;
}

/** Makes the directory's first API key with the initialization token and signs in with it. */
export function FirstKey({ onSession, onEnd }: Props) {
  const [token, setToken] = useState("");
  const [name, setName] = useState("owner");
  const [made, setMade] = useState<{ apiKeyId: string; apiKeySecret: string }>();
  const action = useAction();
  const signIn = async () => {
    if (!made) return;
    onSession(await Session.signIn(made.apiKeyId, made.apiKeySecret, onEnd));
    go("hosts");
  };
  if (made)
    return (
      <div class="sign-in card stack">
        <h1>Your first API key</h1>
        <SecretOnce apiKeyId={made.apiKeyId} secret={made.apiKeySecret} />
        <Form action={action} submit="I have kept it: sign in" work={signIn}>
          {null}
        </Form>
      </div>
    );
  return (
    <div class="sign-in card stack">
      <h1>Make the first API key</h1>
      <p class="muted">
        It holds every scope and can be made once. <code>npm start</code> makes it for you and prints it.
      </p>
      <Form
        action={action}
        submit="Make the API key"
        label="Make the first API key"
        work={async () => setMade(await call("auth/createFirstApiKey", { initializationToken: token, name }))}
      >
        <TextField
          label="Initialization token"
          type="password"
          class="mono"
          required
          value={token}
          onValue={setToken}
          hint="The secret PMX_INITIALIZATION_TOKEN of this server; a local one has it in .dev.vars"
        />
        <TextField label="Name of the key" value={name} onValue={setName} maxLength={128} />
      </Form>
      <p class="small">
        <a href={href("hosts")}>Sign in instead</a>
      </p>
    </div>
  );
}
