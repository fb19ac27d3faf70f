import { useState } from "preact/hooks";
import { AreaField, TextField } from "../ui/field";
import { Form } from "../ui/form";
import { toLocalInput } from "../ui/format";
import { useAction } from "../ui/load";
import { isCode, NO_KEY_AT_TIME } from "./api";
import type { Owner } from "./userKeys";
import { useSession } from "./useSession";

type Verdict = "yes" | "no" | "none";

const WORDS: Readonly<Record<Verdict, string>> = {
  yes: "Yes, it was this user’s key then",
  no: "No, another key was in force then",
  none: "No, the user had no key then",
};

/** Whether a pasted key was the user's, now or at a date. */
export function VerifyKey({
  owner,
  current,
}: {
  readonly owner: Owner;
  readonly current: string | undefined;
}) {
  const session = useSession();
  const [userPubKey, setKey] = useState("");
  const [at, setAt] = useState("");
  const [verdict, setVerdict] = useState<Verdict>();
  const action = useAction();
  const verify = async () => {
    setVerdict(undefined);
    const date = at === "" ? Date.now() : new Date(at).getTime();
    const params = { ...owner, userPubKey: userPubKey.trim(), date };
    setVerdict(
      await session.call("pki/verifyKey", params).then(
        (valid) => (valid ? "yes" : "no"),
        (error) => {
          if (isCode(error, NO_KEY_AT_TIME)) return "none";
          throw error;
        },
      ),
    );
  };
  return (
    <section class="card stack" aria-labelledby="verify">
      <h2 id="verify">Verify a key</h2>
      <Form
        action={action}
        submit="Verify"
        label="Verify a key"
        work={verify}
        beside={
          current && (
            <button type="button" class="button link" onClick={() => setKey(current)}>
              Use the key in force
            </button>
          )
        }
      >
        <AreaField
          label="Public key to verify"
          class="mono"
          required
          rows={2}
          value={userPubKey}
          onValue={setKey}
        />
        <TextField
          label="At this date"
          type="datetime-local"
          step={1}
          max={toLocalInput(Date.now())}
          value={at}
          onValue={setAt}
          hint="Your time zone; empty means now"
        />
      </Form>
      <div aria-live="polite">
        {verdict && (
          <p class={`notice verdict ${verdict === "yes" ? "good" : "bad"}`}>
            <span data-mark={verdict === "yes" ? "✓" : "✕"} aria-hidden="true" />
            <span>{WORDS[verdict]}</span>
          </p>
        )}
      </div>
    </section>
  );
}
