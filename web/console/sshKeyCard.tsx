import { useState } from "preact/hooks";
import { Confirm } from "../ui/confirm";
import { KeyText } from "../ui/copy";
import { formatDate } from "../ui/format";
import type { RestResult } from "./rest";
import { useSession } from "./useSession";

type SshKey = RestResult<"listUserAuthorizedKeys">["items"][number];

const timeOf = (date: string | undefined) => (date === undefined ? undefined : new Date(date).getTime());

/** Whether sshd is given the key at a time (ms), and how that is shown. */
function stateAt({ not_before, not_after }: SshKey, now: number): readonly [kind: string, words: string] {
  if (now < (timeOf(not_before) ?? 0)) return ["", "not valid yet"];
  return now < (timeOf(not_after) ?? Number.POSITIVE_INFINITY) ? ["good", "valid"] : ["bad", "expired"];
}

function validity({ not_before, not_after }: SshKey): string {
  const [from, until] = [timeOf(not_before), timeOf(not_after)];
  if (from === undefined && until === undefined) return "Valid without an end";
  const words = [from && `from ${formatDate(from)}`, until && `until ${formatDate(until)}`];
  return `Valid ${words.filter(Boolean).join(" ")}`;
}

interface Props {
  readonly sshKey: SshKey;
  readonly onDeleted: () => void;
}

/** One SSH key: which it is, when and from where it may be used. */
export function SshKeyCard({ sshKey, onDeleted }: Props) {
  const session = useSession();
  const { id, user_id, name, comment, fingerprints, source_address, created } = sshKey;
  const [deleting, setDeleting] = useState(false);
  const [isCompromised, setCompromised] = useState(false);
  const [kind, words] = stateAt(sshKey, Date.now());
  return (
    <article class="card stack tight" aria-label={`SSH key ${name}`}>
      <div class="row spread">
        <h2>{name}</h2>
        <span class={`badge ${kind}`}>{words}</span>
      </div>
      {fingerprints.map((fingerprint) => (
        <KeyText key={fingerprint} text={fingerprint} what="fingerprint" />
      ))}
      {comment && <p>{comment}</p>}
      <p class="small muted">
        {validity(sshKey)}; added {formatDate(new Date(created).getTime())}
      </p>
      <div class="row">
        <span class="small muted">From</span>
        {source_address.length === 0 && <span class="badge">any address</span>}
        {source_address.map((address) => (
          <code key={address} class="badge">
            {address}
          </code>
        ))}
      </div>
      <div class="row">
        <button type="button" class="button danger small" onClick={() => setDeleting(true)}>
          Delete<span class="visually-hidden"> {name}</span>
        </button>
      </div>
      {deleting && (
        <Confirm
          title="Delete this key?"
          does="Delete the key"
          onClose={() => setDeleting(false)}
          work={async () => {
            const path = { user_id, key_id: id };
            const query = isCompromised ? { compromised: "true" as const } : {};
            await session.rest("deleteAuthorizedKey", { path, query });
            onDeleted();
          }}
        >
          <div class="stack">
            <p>It no longer opens any server. What it signed until now still verifies.</p>
            <label class="choice">
              <input
                type="checkbox"
                checked={isCompromised}
                onChange={(event) => setCompromised(event.currentTarget.checked)}
              />
              <span>
                Report as compromised
                <small>Nothing it ever signed verifies any more, and nobody can add it again</small>
              </span>
            </label>
          </div>
        </Confirm>
      )}
    </article>
  );
}
