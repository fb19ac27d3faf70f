import { useState } from "preact/hooks";
import { TextField } from "../ui/field";
import { Empty, ErrorNotice, Loading } from "../ui/notice";
import { ShowMore, usePages } from "../ui/pages";
import { usePaused } from "../ui/paused";
import { AuditTable } from "./auditTable";
import { useSession } from "./useSession";

/** The audit trail, newest first, narrowed by who acted, by what and since when. */
export function AuditTrail() {
  const session = useSession();
  const [typed, setTyped] = useState({ method: "", apiKeyId: "", userId: "" });
  const [since, setSince] = useState("");
  const method = usePaused(typed.method.trim());
  const apiKeyId = usePaused(typed.apiKeyId.trim());
  const userId = usePaused(typed.userId.trim());
  const filter = {
    ...(method && { method }),
    ...(apiKeyId && { apiKeyId }),
    ...(userId && { userId }),
    ...(since && { from: new Date(since).getTime() }),
  };
  const pages = usePages(
    (cursor: string | undefined) => session.call("audit/list", { ...filter, ...(cursor && { cursor }) }),
    [session, method, apiKeyId, userId, since],
  );
  const { first, items, next } = pages;
  const field = (name: keyof typeof typed, label: string, hint: string) => (
    <TextField
      label={label}
      class="mono"
      maxLength={128}
      value={typed[name]}
      onValue={(value) => setTyped({ ...typed, [name]: value })}
      hint={hint}
    />
  );
  return (
    <div class="stack">
      <h1>Audit trail</h1>
      <p class="muted">Who changed what and who was refused, newest first.</p>
      <search class="card fields pairs" aria-label="Narrow the trail">
        {field("method", "Method", "In full, such as pkiAdmin/setKey")}
        {field("apiKeyId", "API key", "Its id")}
        {field("userId", "User", "Their id on this server")}
        <TextField
          label="Since"
          type="datetime-local"
          step={1}
          value={since}
          onValue={setSince}
          hint="Your time zone"
        />
      </search>
      <ErrorNotice error={first.error} retry={first.reload} />
      {!items && first.loading && <Loading what="the trail" />}
      {items?.length === 0 && (
        <Empty title={next ? "Nothing found so far" : "No such entry"}>
          {next ? "Filters look through a part of the trail at a time." : "Ask for less above."}
        </Empty>
      )}
      {items && items.length > 0 && <AuditTable entries={items} />}
      <ShowMore pages={pages} />
    </div>
  );
}
