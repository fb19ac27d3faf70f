import { useState } from "preact/hooks";
import { Confirm } from "../ui/confirm";
import { formatDate } from "../ui/format";
import { useLoad } from "../ui/load";
import { ErrorNotice, Loading } from "../ui/notice";
import { useToast } from "../ui/toast";
import type { Result } from "./api";
import { ScopeBadges } from "./scopes";
import { useSession } from "./useSession";

type Listed = Result<"user/listSessions">["list"][number];

/** The signed-in user's sessions, with the way to end one. */
export function Sessions() {
  const session = useSession();
  const say = useToast();
  const sessions = useLoad(async () => (await session.call("user/listSessions", {})).list, [session]);
  const [ending, setEnding] = useState<Listed>();
  return (
    <div class="stack">
      <h1>Sessions</h1>
      <p class="muted">Each login with an API key is one. Ending it makes its tokens worthless at once.</p>
      <ErrorNotice error={sessions.error} retry={sessions.reload} />
      {!sessions.data && sessions.loading && <Loading what="sessions" />}
      {sessions.data && (
        <div class="card">
          <table class="table">
            <caption class="visually-hidden">Sessions</caption>
            <thead>
              <tr>
                <th scope="col">Begun</th>
                <th scope="col">API key</th>
                <th scope="col">Scope</th>
                <th scope="col">Ends</th>
                <th scope="col">
                  <span class="visually-hidden">Action</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {sessions.data.map((s) => (
                <tr key={s.sessionId}>
                  <td data-label="begun">
                    {formatDate(s.createDate)} {s.sessionName && <span class="badge">{s.sessionName}</span>}
                  </td>
                  <td data-label="API key">
                    <code>{s.apiKeyId}</code>
                  </td>
                  <td data-label="scope">
                    <ScopeBadges scope={s.scope} />
                  </td>
                  <td data-label="ends">{formatDate(s.refreshTokenExpires)}</td>
                  <td>
                    {s.current ? (
                      <span class="badge accent">this page</span>
                    ) : (
                      <button type="button" class="button danger small" onClick={() => setEnding(s)}>
                        End<span class="visually-hidden"> the session begun {formatDate(s.createDate)}</span>
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {ending && (
        <Confirm
          title="End this session?"
          does="End the session"
          onClose={() => setEnding(undefined)}
          work={async () => {
            await session.call("user/deleteSession", { sessionId: ending.sessionId });
            say("The session is ended.");
            sessions.reload();
          }}
        >
          <p>Whoever uses it has to log in again.</p>
        </Confirm>
      )}
    </div>
  );
}
