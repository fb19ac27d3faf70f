import { useState } from "preact/hooks";
import { KeyText } from "../ui/copy";
import { TextField } from "../ui/field";
import { Form } from "../ui/form";
import { formatDate, toLocalInput } from "../ui/format";
import { useAction } from "../ui/load";
import { isCode, NO_KEY_AT_TIME, type Result } from "./api";
import type { Owner } from "./userKeys";
import { useSession } from "./useSession";

/** Which key was in force on a date. */
export function AskDate({ owner }: { readonly owner: Owner }) {
  const session = useSession();
  const [at, setAt] = useState(() => toLocalInput(Date.now()));
  const [found, setFound] = useState<Result<"pki/getKeyAt"> | "none">();
  const action = useAction();
  const ask = async () => {
    setFound(undefined);
    const answer = session.call("pki/getKeyAt", { ...owner, date: new Date(at).getTime() });
    setFound(
      await answer.catch((error) => {
        if (isCode(error, NO_KEY_AT_TIME)) return "none" as const;
        throw error;
      }),
    );
  };
  return (
    <section class="card stack" aria-labelledby="ask-date">
      <h2 id="ask-date">Which key was in force?</h2>
      <Form action={action} submit="Find key" label="Which key was in force on a date" work={ask}>
        <TextField
          label="On this date"
          type="datetime-local"
          step={1}
          required
          value={at}
          onValue={setAt}
          hint="Your time zone"
        />
      </Form>
      <div aria-live="polite">
        {found === "none" && <p class="notice">No key was in force then.</p>}
        {found && found !== "none" && (
          <div class="notice good stack tight">
            <KeyText text={found.userPubKey} what="public key" />
            <p class="small">Set {formatDate(found.createDate)}</p>
          </div>
        )}
      </div>
    </section>
  );
}
