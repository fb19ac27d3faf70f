import type { JSX } from "preact";
import { useLoad } from "../ui/load";
import { href } from "../ui/route";
import { ApiKeys } from "./apiKeys";
import { AuditTrail } from "./auditTrail";
import { Hosts } from "./hosts";
import { Keys } from "./keys";
import { Sessions } from "./sessions";
import { SshKeys } from "./sshKeys";
import { useSession } from "./useSession";

interface View {
  readonly path: string;
  readonly name: string;
  /** The method without which the view makes no sense; a server that lacks it does not show the view. */
  readonly needs?: string;
  readonly show: (rest: readonly string[]) => JSX.Element;
}

const VIEWS: readonly View[] = [
  { path: "hosts", name: "Hosts", needs: "pkiAdmin/listHosts", show: () => <Hosts /> },
  { path: "keys", name: "Users’ keys", needs: "pkiAdmin/listKeys", show: (rest) => <Keys path={rest} /> },
  { path: "ssh-keys", name: "SSH keys", show: (rest) => <SshKeys path={rest} /> },
  { path: "api-keys", name: "API keys", needs: "user/listApiKeys", show: () => <ApiKeys /> },
  { path: "sessions", name: "Sessions", needs: "user/listSessions", show: () => <Sessions /> },
  { path: "audit", name: "Audit trail", needs: "audit/list", show: () => <AuditTrail /> },
];

/** The views that this server's methods allow, beside the one that the route names. */
export function Views({
  route,
  onSignOut,
}: {
  readonly route: readonly string[];
  readonly onSignOut: () => void;
}) {
  const session = useSession();
  const methods = useLoad(async () => {
    const { methods } = await session.call("rpc.discover", {});
    return new Set((methods as { name: string }[]).map((m) => m.name));
  }, [session]);
  const shown = VIEWS.filter(({ needs }) => needs === undefined || (methods.data?.has(needs) ?? true));
  const current = shown.find((view) => view.path === route[0]) ?? (shown[0] as View);
  return (
    <div class="with-side">
      <div class="side">
        <div class="stack">
          <nav class="tabs" aria-label="Console">
            {shown.map(({ path, name }) => (
              <a key={path} href={href(path)} aria-current={path === current.path ? "page" : undefined}>
                {name}
              </a>
            ))}
          </nav>
          <p class="small muted row">
            <span>
              Signed in with <code>{session.apiKeyId}</code>
            </span>
            <button type="button" class="button quiet small" onClick={onSignOut}>
              Sign out
            </button>
          </p>
        </div>
      </div>
      <div>{current.show(route.slice(1))}</div>
    </div>
  );
}
