import { useState } from "preact/hooks";
import { TextField } from "../ui/field";
import { useLoad } from "../ui/load";
import { ErrorNotice } from "../ui/notice";
import { go } from "../ui/route";
import { UserKeys } from "./userKeys";
import { UserList } from "./userList";
import { useSession } from "./useSession";

/** Users' keys: choose a host, find a user there, or open one that has no key yet. */
export function Keys({ path }: { readonly path: readonly string[] }) {
  const [instanceId = "", contextId, userId] = path;
  if (contextId && userId) return <UserKeys key={path.join("/")} owner={{ instanceId, contextId, userId }} />;
  return <FindUser key={instanceId} instanceId={instanceId} />;
}

function FindUser({ instanceId }: { readonly instanceId: string }) {
  const session = useSession();
  const hosts = useLoad(() => session.call("pkiAdmin/listHosts", {}), [session]);
  const [contextId, setContext] = useState("");
  const [userId, setUser] = useState("");
  const only = hosts.data?.length === 1 ? hosts.data[0] : undefined;
  const chosen = instanceId || only?.instanceId || "";
  const isWhole = chosen !== "" && contextId.length >= 3 && userId.length >= 3;
  return (
    <div class="stack">
      <h1>Users’ keys</h1>
      <ErrorNotice error={hosts.error} retry={hosts.reload} />
      <form
        class="card stack"
        aria-label="Find a user"
        onSubmit={(event) => {
          event.preventDefault();
          if (isWhole) go("keys", chosen, contextId, userId);
        }}
      >
        <div class="fields">
          <div class="field">
            <label for="host">Host</label>
            <input
              id="host"
              class="mono"
              list="hosts"
              required
              autocomplete="off"
              spellcheck={false}
              value={chosen}
              aria-describedby="host-hint"
              onChange={(e) => go("keys", e.currentTarget.value.trim())}
            />
            <datalist id="hosts">
              {hosts.data?.map((h) => (
                <option key={h.instanceId} value={h.instanceId}>
                  {h.addresses[0]}
                </option>
              ))}
            </datalist>
            <span class="hint" id="host-hint">
              {hosts.data?.find((h) => h.instanceId === chosen)?.addresses[0] ?? "Its instance id"}
            </span>
          </div>
          <TextField
            label="Context"
            required
            minLength={3}
            value={contextId}
            onValue={setContext}
            hint="Its id, in full or the beginning"
          />
          <TextField
            label="User"
            required
            minLength={3}
            value={userId}
            onValue={setUser}
            hint="Their id in that context"
          />
        </div>
        <div class="row">
          <button type="submit" class="button">
            Open user
          </button>
          <span class="small muted">Also for a user who has no key yet.</span>
        </div>
      </form>
      {chosen && <UserList instanceId={chosen} contextId={contextId} userId={userId} />}
    </div>
  );
}
