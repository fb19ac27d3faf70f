import { formatDate } from "../ui/format";
import type { Result } from "./api";

type Entry = Result<"audit/list">["list"][number];

const Who = ({ apiKeyId, userId, address }: Entry) => (
  <>
    {apiKeyId ? <code>{apiKeyId}</code> : userId && <code>{userId}</code>}
    {address && <div class="small muted">{address}</div>}
  </>
);

/** What an entry speaks of, field by field. */
const Subject = ({ subject = {} }: Entry) => (
  <>
    {Object.entries(subject).map(([field, value]) => (
      <div key={field}>
        <span class="small muted">{field}</span> <code>{value}</code>
      </div>
    ))}
  </>
);

const Action = ({ action, code, count }: Entry) => (
  <span class="row">
    <span class={`badge ${code === undefined ? "" : "bad"}`}>
      {action}
      {code !== undefined && ` (${code})`}
    </span>
    {count !== undefined && <span class="small muted">{count} in that hour</span>}
  </span>
);

export const AuditTable = ({ entries }: { readonly entries: readonly Entry[] }) => (
  <div class="card">
    <table class="table">
      <caption class="visually-hidden">Audit trail</caption>
      <thead>
        <tr>
          <th scope="col">Date</th>
          <th scope="col">Method</th>
          <th scope="col">What happened</th>
          <th scope="col">To what</th>
          <th scope="col">By</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={`${entry.date}.${entry.part}`}>
            <td>{formatDate(entry.date)}</td>
            <td class="fixed">
              <code>{entry.method}</code>
            </td>
            <td>
              <Action {...entry} />
            </td>
            <td>
              <Subject {...entry} />
            </td>
            <td data-label="by">
              <Who {...entry} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
