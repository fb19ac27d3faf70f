import { env } from "cloudflare:workers";
import { post, type RpcAnswer } from "../support";
import type { World } from "./actions";
import { type Directory, split } from "./directory";

/** What there is in the end, in a form that server and model have in common. */

/** The whole of the sequence's world, as its reading methods show it. */
export async function observe({ hosts, names, userIds }: World, owner: string) {
  const reads = [
    ...hosts.map((instanceId) => ({ method: "pki/getHost", params: { instanceId } })),
    ...hosts.map((instanceId) => ({
      method: "pki/getKeyHistory",
      params: { instanceId, contextId: "context", userId: names[0] },
    })),
    ...userIds.map((userId) => ({ method: "user/listApiKeys", params: { userId } })),
    ...userIds.map((userId) => ({ method: "user/listSessions", params: { userId } })),
  ];
  const body = reads.map((read, id) => ({ jsonrpc: "2.0", id, ...read }));
  const answers = await (await post(body, { headers: { authorization: owner } })).json<RpcAnswer[]>();
  const results = answers.map((a) => a.result ?? a.error?.code);
  const n = userIds.length;
  const { results: stored } = await env.DB.prepare(
    `select u.id, u.username, k.id as keyId from users u left join ssh_keys k on k.userId = u.id
      where u.id in (select value from json_each(?1))`,
  )
    .bind(JSON.stringify(userIds))
    .all();
  return {
    hosts: results.slice(0, 2).map((r) => r.addresses ?? r),
    histories: results.slice(2, 4).map((r) => r.map((e: { userPubKey: string }) => e.userPubKey)),
    apiKeys: results
      .slice(4, 4 + n)
      .map(
        (r) =>
          r.list
            ?.map(({ apiKeyId, enabled, maxScope }: Record<string, unknown>) =>
              [apiKeyId, enabled, maxScope].join(),
            )
            .sort() ?? r,
      ),
    sessions: results
      .slice(4 + n)
      .map((r) => r.list?.map((s: { sessionId: string }) => s.sessionId).sort() ?? r),
    stored: stored.map((row) => Object.values(row).join()).sort(),
  };
}

/** The same of the model. */
export function view(d: Directory, { hosts, userIds }: World) {
  const ofUser = <T>(userId: string, list: () => T) => (d.usernames.has(userId) ? list() : 78);
  return {
    hosts: hosts.map((h) => d.hosts.get(h) ?? 87),
    histories: hosts.map((h) => d.histories.get(h)?.toReversed() ?? []),
    apiKeys: userIds.map((userId) =>
      ofUser(userId, () =>
        [...d.apiKeys]
          .filter(([, key]) => key.userId === userId)
          .map(([id, key]) => [id, key.enabled, split(key.maxScope)].join())
          .sort(),
      ),
    ),
    sessions: userIds.map((userId) =>
      ofUser(userId, () =>
        [...d.sessions]
          .filter(([, s]) => d.apiKeys.get(s.apiKeyId)?.userId === userId)
          .map(([id]) => id)
          .sort(),
      ),
    ),
    stored: [...d.usernames]
      .flatMap(([id, name]) => {
        const keys = [...d.sshKeys].filter(([, key]) => key.userId === id).map(([keyId]) => keyId);
        return (keys.length > 0 ? keys : [""]).map((keyId) => [id, name, keyId].join());
      })
      .sort(),
  };
}
