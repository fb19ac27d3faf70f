import { useState } from "preact/hooks";
import { useLoad } from "../ui/load";
import { Empty, ErrorNotice, Loading } from "../ui/notice";
import { useToast } from "../ui/toast";
import { AddHost } from "./addHost";
import { HostCard } from "./hostCard";
import { useSession } from "./useSession";

/** The hosts: Bridge servers by their public key, with the URLs under which apps reach them. */
export function Hosts() {
  const session = useSession();
  const say = useToast();
  const hosts = useLoad(() => session.call("pkiAdmin/listHosts", {}), [session]);
  const [adding, setAdding] = useState(false);
  const [search, setSearch] = useState("");
  const changed = (what: string) => {
    say(what);
    hosts.reload();
  };
  const list = hosts.data ?? [];
  const found = list.filter((h) => [h.hostPubKey, ...h.addresses].some((t) => t.includes(search.trim())));
  const isEmpty = hosts.data?.length === 0;
  return (
    <div class="stack">
      <div class="row spread">
        <h1>Hosts</h1>
        {!isEmpty && !adding && (
          <button type="button" class="button" onClick={() => setAdding(true)}>
            Register a host
          </button>
        )}
      </div>
      <ErrorNotice error={hosts.error} retry={hosts.reload} />
      {isEmpty && (
        <Empty title="No host yet">
          A host is a PrivMX Bridge server. Register the first one here; users’ keys are kept for a host.
        </Empty>
      )}
      {(adding || isEmpty) && (
        <AddHost
          onAdded={() => {
            setAdding(false);
            changed("The host is registered.");
          }}
          {...(!isEmpty && { onCancel: () => setAdding(false) })}
        />
      )}
      {!hosts.data && hosts.loading && <Loading what="hosts" />}
      {list.length > 5 && (
        <div class="field">
          <label for="host-search">Search hosts</label>
          <input
            id="host-search"
            type="search"
            placeholder="Part of a key or a URL"
            value={search}
            onInput={(e) => setSearch(e.currentTarget.value)}
          />
        </div>
      )}
      {list.length > 0 && found.length === 0 && (
        <Empty title="No such host">Try another part of a key or URL.</Empty>
      )}
      {found.map((host) => (
        <HostCard key={host.hostPubKey} host={host} onChanged={changed} />
      ))}
    </div>
  );
}
