import { env } from "cloudflare:workers";
import { expect } from "vitest";

/**
 * What must hold of the database at any time, whatever ran before: each query finds what breaks the promise it is named
 * after, and must find nothing.
 */
export const INVARIANTS: Readonly<Record<string, string>> = {
  "no two entries of key histories share a stamp":
    "select createDate from key_history group by createDate having count(*) > 1",
  "no entry is stamped above the clock":
    "select createDate from key_history where createDate > (select last from clock)",
  "entries of a history are numbered without gaps in the order of their dates": `select * from (
      select entry, row_number() over (partition by instanceId, contextId, userId order by createDate) as expected
      from key_history) where entry <> expected`,
  "an entry differs from the one before it": `select * from (
      select userPubKey, entry, lag(userPubKey) over (partition by instanceId, contextId, userId order by createDate) as former
      from key_history) where userPubKey is former`,
  "a history has 10,000 entries at most": "select entry from key_history where entry > 10000",
  "every URL is that of a host":
    "select url from host_urls where hostPubKey not in (select hostPubKey from hosts)",
  "a host has 32 URLs at most": "select hostPubKey from host_urls group by hostPubKey having count(*) > 32",
  "hosts are counted": "select hostCount from clock where hostCount <> (select count(*) from hosts)",
  "a user has ten API keys at most": "select userId from api_keys group by userId having count(*) > 10",
  "an API key has a secret or a public key":
    "select id from api_keys where (publicKey is null) = (sealedSecret is null)",
  "the owner can get in": `select ownerId from installation where not exists (select 1 from api_keys
      where userId = ownerId and enabled = 1 and (permissions & 2) <> 0)`,
  "a disabled API key has no sessions":
    "select s.id from sessions s join api_keys k on k.id = s.apiKeyId where k.enabled = 0",
  "an API key has one session of a name and 1,000 in all": `select apiKeyId from sessions group by apiKeyId
      having count(*) > 1000 or count(name) > count(distinct name)`,
  "an SSH key is one user's": "select fingerprint from ssh_keys group by fingerprint having count(*) > 1",
  "a user has 100 SSH keys at most": "select userId from ssh_keys group by userId having count(*) > 100",
  "every audit row was stamped by the clock":
    "select stamp from audit where stamp > (select last from clock)",
};

/** Fails with the name of the promise that the database breaks. */
export async function expectInvariants(): Promise<void> {
  const names = Object.keys(INVARIANTS);
  const results = await env.DB.batch(names.map((name) => env.DB.prepare(INVARIANTS[name] as string)));
  const broken = names.filter((_, i) => (results[i]?.results.length ?? 0) > 0);
  expect(broken).toEqual([]);
}
