import { formatDate, shortKey } from "../ui/format";
import { Empty, ErrorNotice, Loading } from "../ui/notice";
import { ShowMore, usePages } from "../ui/pages";
import { usePaused } from "../ui/paused";
import { href } from "../ui/route";
import type { Result } from "./api";
import { useSession } from "./useSession";

interface Props {
  readonly instanceId: string;
  readonly contextId: string;
  readonly userId: string;
}

type Page = Result<"pkiAdmin/listKeys">;

/** The users of a host, narrowed by what has been typed: a context's beginning, or a user's within a whole context. */
export function UserList({ instanceId, contextId, userId }: Props) {
  const session = useSession();
  const context = usePaused(contextId);
  const user = usePaused(userId);
  const filter = user === "" ? { prefix: context } : { contextId: context, prefix: user };
  const isAskable = user === "" || context.length >= 3;
  const pages = usePages(
    async (cursor: string | undefined): Promise<Page> =>
      isAskable ? session.call("pkiAdmin/listKeys", { instanceId, ...filter, cursor }) : { list: [] },
    [session, instanceId, context, user],
  );
  const { items: users, first } = pages;
  if (first.error !== undefined) return <ErrorNotice error={first.error} retry={first.reload} />;
  if (!users) return <Loading what="users" />;
  if (users.length === 0)
    return (
      <Empty title={context || user ? "No such user has a key" : "No user has a key yet"}>
        {context || user
          ? "Open the user above to set a first key, or try a shorter beginning."
          : "Name a context and a user above, open the user, and set their first key."}
      </Empty>
    );
  return (
    <div class="card stack">
      <table class="table">
        <caption class="visually-hidden">Users of the host</caption>
        <thead>
          <tr>
            <th scope="col">User</th>
            <th scope="col">Context</th>
            <th scope="col">Key in force</th>
            <th scope="col">Since</th>
          </tr>
        </thead>
        <tbody>
          {users.map((u) => (
            <tr key={JSON.stringify([u.contextId, u.userId])}>
              <td>
                <a href={href("keys", instanceId, u.contextId, u.userId)}>{u.userId}</a>
              </td>
              <td data-label="context">{u.contextId}</td>
              <td data-label="key">
                {u.userPubKey === null ? (
                  <span class="badge bad">deleted</span>
                ) : (
                  <code>{shortKey(u.userPubKey)}</code>
                )}
              </td>
              <td data-label="since">{formatDate(u.createDate)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ShowMore pages={pages} />
    </div>
  );
}
