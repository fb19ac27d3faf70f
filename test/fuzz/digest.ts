import { env } from "cloudflare:workers";

const STATE = [
  "users",
  "api_keys",
  "sessions",
  "nonces",
  "hosts",
  "host_urls",
  "key_history",
  "oauth_codes",
  "ssh_keys",
];

/**
 * Changes whenever a call changed anything: rows of every table of state, and rows of the audit trail, in which triggers
 * write each change of a row. Refusals, which are kept there on purpose, do not count.
 */
export async function digest(): Promise<string> {
  const counts = STATE.map((t) => `(select count(*) from ${t})`);
  const changes = "(select count(*) from audit where action <> 'refused')";
  const row = await env.DB.prepare(`select ${[...counts, changes].join(" || ',' || ")} as digest`).first<{
    digest: string;
  }>();
  return row?.digest ?? "";
}
