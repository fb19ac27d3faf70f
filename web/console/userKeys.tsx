import { useState } from "preact/hooks";
import { Confirm } from "../ui/confirm";
import { KeyText } from "../ui/copy";
import { formatDate } from "../ui/format";
import { useLoad } from "../ui/load";
import { ErrorNotice, Loading } from "../ui/notice";
import { href } from "../ui/route";
import { useToast } from "../ui/toast";
import { AskDate } from "./askDate";
import { SetKey } from "./setKey";
import { Timeline } from "./timeline";
import { useSession } from "./useSession";
import { VerifyKey } from "./verifyKey";

export interface Owner {
  readonly instanceId: string;
  readonly contextId: string;
  readonly userId: string;
}

const SHOWN_ENTRIES = 100;

/** One user's key: the one in force, its history, and the questions one asks about it. */
export function UserKeys({ owner }: { readonly owner: Owner }) {
  const session = useSession();
  const say = useToast();
  const history = useLoad(
    () => session.call("pki/getKeyHistory", { ...owner, limit: SHOWN_ENTRIES }),
    [session, owner.instanceId, owner.contextId, owner.userId],
  );
  const [deleting, setDeleting] = useState(false);
  const entries = history.data ?? [];
  const current = entries[0]?.userPubKey ?? undefined;
  const changed = (what: string) => {
    say(what);
    history.reload();
  };
  return (
    <div class="stack">
      <p class="small">
        <a href={href("keys", owner.instanceId)}>← All users of this host</a>
      </p>
      <div>
        <h1>{owner.userId}</h1>
        <p class="muted small">
          in context <code>{owner.contextId}</code> of host <code>{owner.instanceId}</code>
        </p>
      </div>
      <ErrorNotice error={history.error} retry={history.reload} />
      {!history.data && history.loading && <Loading what="the history" />}
      {history.data && (
        <>
          <section class="card stack" aria-labelledby="in-force">
            <div class="row spread">
              <h2 id="in-force">Key in force</h2>
              {current ? <span class="badge good">in force</span> : <span class="badge">none</span>}
            </div>
            {current && (
              <>
                <KeyText text={current} what="public key" />
                <p class="small muted">Since {formatDate(entries[0]?.createDate ?? 0)}</p>
              </>
            )}
            <SetKey
              owner={owner}
              hasKey={current !== undefined}
              onChanged={changed}
              onDelete={() => setDeleting(true)}
            />
          </section>
          <div class="grid">
            <VerifyKey owner={owner} current={current} />
            <AskDate owner={owner} />
          </div>
          <section class="card stack" aria-labelledby="history">
            <h2 id="history">History</h2>
            <Timeline entries={entries} />
          </section>
        </>
      )}
      {deleting && (
        <Confirm
          title="Delete this user’s key?"
          does="Delete the key"
          onClose={() => setDeleting(false)}
          work={async () => {
            await session.call("pkiAdmin/deleteKey", { ...owner });
            changed("The key is deleted from now on.");
          }}
        >
          <p>
            No key will be in force from now on. The history keeps it, so older signatures still verify at
            their date.
          </p>
        </Confirm>
      )}
    </div>
  );
}
