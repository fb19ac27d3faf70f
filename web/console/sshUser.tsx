import { useState } from "preact/hooks";
import { Confirm } from "../ui/confirm";
import { useLoad } from "../ui/load";
import { Empty, ErrorNotice, Loading } from "../ui/notice";
import { go, href } from "../ui/route";
import { useToast } from "../ui/toast";
import { AddSshKey } from "./addSshKey";
import { ImportSshKeys } from "./importSshKeys";
import { SshKeyCard } from "./sshKeyCard";
import { useSession } from "./useSession";

/** One user and their authorized SSH keys. */
export function SshUser({ userId }: { readonly userId: string }) {
  const session = useSession();
  const say = useToast();
  const path = { user_id: userId };
  const user = useLoad(() => session.rest("getUser", { path }), [session, userId]);
  const keys = useLoad(
    async () => (await session.rest("listUserAuthorizedKeys", { path, query: {} })).items,
    [session, userId],
  );
  const [deleting, setDeleting] = useState(false);
  const [open, setOpen] = useState<"add" | "import">();
  const close = () => setOpen(undefined);
  const changed = (what: string) => {
    say(what);
    keys.reload();
  };
  return (
    <div class="stack">
      <p class="small">
        <a href={href("ssh-keys")}>← All users</a>
      </p>
      <ErrorNotice error={user.error} retry={user.reload} />
      {user.data && (
        <div class="row spread">
          <div>
            <h1>{user.data.principal}</h1>
            <p class="muted small">{[user.data.full_name, user.data.email].filter(Boolean).join(", ")}</p>
          </div>
          <button type="button" class="button danger small" onClick={() => setDeleting(true)}>
            Delete user
          </button>
        </div>
      )}
      {!open && (
        <div class="row">
          <button type="button" class="button" onClick={() => setOpen("add")}>
            Add a key
          </button>
          <button type="button" class="button quiet" onClick={() => setOpen("import")}>
            Import authorized_keys
          </button>
        </div>
      )}
      {open === "add" && (
        <AddSshKey
          userId={userId}
          onCancel={close}
          onAdded={() => {
            close();
            changed("The key is added.");
          }}
        />
      )}
      {open === "import" && <ImportSshKeys userId={userId} onClose={close} onImported={keys.reload} />}
      <ErrorNotice error={keys.error} retry={keys.reload} />
      {!keys.data && keys.loading && <Loading what="keys" />}
      {keys.data?.length === 0 && <Empty title="No key yet">Add one, or import a whole file.</Empty>}
      {keys.data?.map((key) => (
        <SshKeyCard key={key.id} sshKey={key} onDeleted={() => changed("The key is deleted.")} />
      ))}
      {deleting && (
        <Confirm
          title="Delete this user?"
          does="Delete the user"
          onClose={() => setDeleting(false)}
          work={async () => {
            await session.rest("deleteLocalUser", { path });
            say("The user is deleted.");
            go("ssh-keys");
          }}
        >
          <p>
            The user’s SSH keys stop working, their API keys are deleted and their sessions end. This cannot
            be taken back.
          </p>
        </Confirm>
      )}
    </div>
  );
}
