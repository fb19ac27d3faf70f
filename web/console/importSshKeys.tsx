import { useState } from "preact/hooks";
import { FileField } from "../ui/fileField";
import { Form } from "../ui/form";
import { useAction } from "../ui/load";
import type { RestResult } from "./rest";
import { useSession } from "./useSession";

type Imported = RestResult<"importAuthorizedKeys">;

const KINDS: Readonly<Record<Imported["items"][number]["result"], string>> = {
  added: "good",
  known: "",
  refused: "bad",
};

interface Props {
  readonly userId: string;
  readonly onImported: () => void;
  readonly onClose: () => void;
}

/** Takes a whole authorized_keys file over, and says what became of each of its lines. */
export function ImportSshKeys({ userId, onImported, onClose }: Props) {
  const session = useSession();
  const [file, setFile] = useState("");
  const [result, setResult] = useState<Imported>();
  const action = useAction();
  const take = async () => {
    setResult(undefined);
    setResult(await session.rest("importAuthorizedKeys", { path: { user_id: userId }, body: file }));
    onImported();
  };
  return (
    <div class="card stack">
      <h2>Import authorized_keys</h2>
      <Form
        action={action}
        submit="Import keys"
        label="Import authorized_keys"
        work={take}
        beside={
          <button type="button" class="button quiet" onClick={onClose}>
            Close
          </button>
        }
      >
        <FileField
          label="Content of the file"
          class="mono"
          required
          rows={6}
          value={file}
          onValue={setFile}
          hint="Paste it, or drop the file here. Of the options, from= and expiry-time= are taken over. Importing a file again changes nothing."
        />
      </Form>
      <div aria-live="polite">{result && <ImportResult {...result} />}</div>
    </div>
  );
}

const ImportResult = ({ added, known, refused, items }: Imported) => (
  <div class="stack tight">
    <p>
      {added} added, {known} known already, {refused} refused.
    </p>
    <table class="table">
      <caption class="visually-hidden">Result of the import</caption>
      <thead>
        <tr>
          <th scope="col">Line</th>
          <th scope="col">Result</th>
          <th scope="col">Key</th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ line, result, fingerprint, reason }) => (
          <tr key={line}>
            <td data-label="line">{line}</td>
            <td>
              <span class={`badge ${KINDS[result]}`}>{result}</span>
            </td>
            <td>
              {reason} {fingerprint && <code>{fingerprint}</code>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
