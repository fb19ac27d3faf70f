import { useState } from "preact/hooks";
import { TextField } from "../ui/field";

/** The scopes that an API key may hold, and what each is for. */
const SCOPES: readonly (readonly [scope: string, grants: string])[] = [
  ["user:read", "Read users, API keys, sessions; all of pki:read and ssh:read"],
  ["user:write", "Change users, API keys, sessions; all of pki:write and ssh:write"],
  ["pki:read", "Verify keys and hosts, read histories"],
  ["pki:write", "Set and delete keys and hosts"],
  ["ssh:read", "Read everyone’s SSH keys"],
  ["ssh:write", "Change everyone’s SSH keys"],
  ["ssh:self", "One’s own SSH keys"],
  ["audit:read", "Read the audit trail"],
  ["ops:read", "Read metrics"],
];

const ADDRESS = "ipAddr:";
const isEvery = (scope: readonly string[]) => SCOPES.every(([entry]) => scope.includes(entry));
const isListed = (entry: string) => SCOPES.some(([scope]) => scope === entry);

interface Props {
  readonly scope: readonly string[];
  readonly onScope: (scope: string[]) => void;
}

/** A checkbox for each scope, and the addresses that `ipAddr:` entries bind the key to. */
export function ScopeChoice({ scope, onScope }: Props) {
  const toggle = (entry: string) =>
    onScope(scope.includes(entry) ? scope.filter((e) => e !== entry) : [...scope, entry]);
  const bound = scope.filter((entry) => entry.startsWith(ADDRESS)).map((e) => e.slice(ADDRESS.length));
  const [addresses, setAddresses] = useState(bound.join(", "));
  const bind = (text: string) => {
    setAddresses(text);
    const given = text.split(/[\s,]+/).filter(Boolean);
    onScope([...scope.filter((e) => !e.startsWith(ADDRESS)), ...given.map((a) => ADDRESS + a)]);
  };
  return (
    <fieldset class="stack">
      <legend>Scopes</legend>
      <div class="choices">
        {SCOPES.map(([entry, grants]) => (
          <label key={entry} class="choice">
            <input type="checkbox" checked={scope.includes(entry)} onChange={() => toggle(entry)} />
            <span>
              <code>{entry}</code>
              <small>{grants}</small>
            </span>
          </label>
        ))}
      </div>
      <TextField
        label="Only from these IP addresses"
        class="mono"
        value={addresses}
        onValue={bind}
        hint="IPv4 or IPv6, with commas between them; empty means any"
      />
    </fieldset>
  );
}

export const ScopeBadges = ({ scope }: { readonly scope: readonly string[] }) => (
  <span class="row">
    {isEvery(scope) && <span class="badge">every scope</span>}
    {scope.length === 0 && <span class="badge">no scope</span>}
    {(isEvery(scope) ? scope.filter((entry) => !isListed(entry)) : scope).map((entry) => (
      <span key={entry} class="badge">
        {entry}
      </span>
    ))}
  </span>
);
