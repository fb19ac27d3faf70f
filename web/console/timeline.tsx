import { KeyText } from "../ui/copy";
import { formatDate } from "../ui/format";
import type { Result } from "./api";

type Entries = Result<"pki/getKeyHistory">;

function span(entries: Entries, i: number): string {
  const since = formatDate(entries[i]?.createDate ?? 0);
  const next = entries[i - 1];
  return next ? `${since} – ${formatDate(next.createDate)}` : `since ${since}`;
}

/** The history as a line of time, newest first: each key with the span in which it was in force. */
export function Timeline({ entries }: { readonly entries: Entries }) {
  if (entries.length === 0) return <p class="muted">This user never had a key.</p>;
  return (
    <ol class="timeline">
      {entries.map(({ userPubKey, createDate }, i) => {
        const now = i === 0 && userPubKey !== null;
        return (
          <li key={createDate} class={userPubKey === null ? "gone" : now ? "now" : ""}>
            <p class="small muted">
              {span(entries, i)} {now && <span class="badge good">in force</span>}
            </p>
            {userPubKey === null ? <p>Key deleted</p> : <KeyText text={userPubKey} what="public key" />}
          </li>
        );
      })}
    </ol>
  );
}
