import { useState } from "preact/hooks";
import { TextField } from "../ui/field";
import { Empty, ErrorNotice, Loading } from "../ui/notice";
import { ShowMore, usePages } from "../ui/pages";
import { usePaused } from "../ui/paused";
import { go, href } from "../ui/route";
import { AddSshUser } from "./addSshUser";
import { SshUser } from "./sshUser";
import { useSession } from "./useSession";

const PAGE_ITEMS = 50;

/** SSH keys: find or add a user, or open one. */
export function SshKeys({ path: [userId] }: { readonly path: readonly string[] }) {
  return userId ? <SshUser key={userId} userId={userId} /> : <SshUsers />;
}

function SshUsers() {
  const session = useSession();
  const [typed, setTyped] = useState("");
  const [adding, setAdding] = useState(false);
  const keywords = usePaused(typed);
  const pages = usePages(
    async (offset: number = 0) => {
      const query = { limit: String(PAGE_ITEMS), offset: String(offset), sortkey: "username" };
      const { count, items } = await session.rest("searchUsers", { query, body: { keywords } });
      const end = offset + items.length;
      return { list: items, cursor: items.length > 0 && end < count ? end : undefined };
    },
    [session, keywords],
  );
  const { first, items: users } = pages;
  return (
    <div class="stack">
      <div class="row spread">
        <h1>SSH keys</h1>
        {!adding && (
          <button type="button" class="button" onClick={() => setAdding(true)}>
            Add a user
          </button>
        )}
      </div>
      {adding && <AddSshUser onCancel={() => setAdding(false)} onAdded={(id) => go("ssh-keys", id)} />}
      <TextField
        label="Find a user"
        value={typed}
        onValue={setTyped}
        maxLength={256}
        hint="Part of a username, a name or an email address"
      />
      <ErrorNotice error={first.error} retry={first.reload} />
      {!users && first.loading && <Loading what="users" />}
      {users?.length === 0 && <Empty title="No such user">Try a shorter part of the name.</Empty>}
      {users && users.length > 0 && (
        <div class="card stack">
          <table class="table">
            <caption class="visually-hidden">Users</caption>
            <thead>
              <tr>
                <th scope="col">Username</th>
                <th scope="col">Name</th>
                <th scope="col">Email</th>
              </tr>
            </thead>
            <tbody>
              {users.map(({ id, principal, full_name, email }) => (
                <tr key={id}>
                  <td>
                    <a href={href("ssh-keys", id)}>{principal}</a>
                  </td>
                  <td>{full_name}</td>
                  <td>{email}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <ShowMore pages={pages} />
        </div>
      )}
    </div>
  );
}
