import { useState } from "preact/hooks";
import { AreaField, TextField } from "../ui/field";
import { Form } from "../ui/form";
import { useAction } from "../ui/load";
import { ScopeChoice } from "./scopes";
import { useSession } from "./useSession";

const SECRET_BYTES = 32;

/** 256 random bits, made in this page, as base64url. */
const makeSecret = () =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(SECRET_BYTES))))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

interface Props {
  readonly onMade: (key: { apiKeyId: string; secret?: string }) => void;
  readonly onCancel: () => void;
}

type Kind = "secret" | "pubKey";

/** Creates an API key that proves itself by a secret made here, or by an Ed25519 key that never leaves its owner. */
export function AddApiKey({ onMade, onCancel }: Props) {
  const session = useSession();
  const [name, setName] = useState("");
  const [kind, setKind] = useState<Kind>("secret");
  const [pem, setPem] = useState("");
  const [maxScope, setScope] = useState<string[]>(["pki:read"]);
  const action = useAction();
  const create = async () => {
    if (kind === "pubKey") {
      return onMade(await session.call("user/addApiKey", { type: kind, name, maxScope, clientPubKey: pem }));
    }
    const secret = makeSecret();
    const { apiKeyId } = await session.call("user/addApiKey", {
      type: kind,
      name,
      maxScope,
      clientSecret: secret,
    });
    onMade({ apiKeyId, secret });
  };
  const choice = (value: Kind, title: string, explanation: string) => (
    <label class="choice">
      <input type="radio" name="kind" checked={kind === value} onChange={() => setKind(value)} />
      <span>
        {title}
        <small>{explanation}</small>
      </span>
    </label>
  );
  return (
    <div class="card stack">
      <h2>Create an API key</h2>
      <Form
        action={action}
        submit="Create API key"
        label="Create an API key"
        work={create}
        beside={
          <button type="button" class="button quiet" onClick={onCancel}>
            Cancel
          </button>
        }
      >
        <TextField
          label="Name"
          value={name}
          onValue={setName}
          maxLength={128}
          hint="For people, to tell keys apart"
        />
        <fieldset>
          <legend>It proves itself by</legend>
          <div class="choices">
            {choice("secret", "A secret", "Made in this page and shown once")}
            {choice("pubKey", "An Ed25519 key", "You paste the public half")}
          </div>
        </fieldset>
        {kind === "pubKey" && (
          <AreaField
            label="Ed25519 public key in PEM"
            class="mono"
            required
            value={pem}
            onValue={setPem}
            placeholder={"-----BEGIN PUBLIC KEY-----\n…"}
            hint={
              <>
                From <code>openssl pkey -in key.pem -pubout</code>
              </>
            }
          />
        )}
        <ScopeChoice scope={maxScope} onScope={setScope} />
      </Form>
    </div>
  );
}
