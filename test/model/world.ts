import { env } from "cloudflare:workers";
import { freshSshKey } from "../rest/support";
import { newPubKey } from "../seed";
import type { World } from "./actions";
import { type Directory, emptyDirectory } from "./directory";

let serial = 0;
const USER_PUB_KEYS = [newPubKey(), newPubKey()];

/** Two users in a world of their own, in the database and in the model. */
export async function freshWorld(): Promise<{ world: World; directory: Directory }> {
  serial += 1;
  const names = [`model-${serial}-a`, `model-${serial}-b`, `model-${serial}-c`];
  const userIds = [crypto.randomUUID(), crypto.randomUUID()];
  const insert = env.DB.prepare("insert into users (id, username, createDate) values (?1, ?2, 0)");
  await env.DB.batch(userIds.map((id, i) => insert.bind(id, names[i])));
  const directory = emptyDirectory();
  for (const [i, id] of userIds.entries()) directory.usernames.set(id, names[i] as string);
  const world = {
    names,
    userIds,
    hosts: [newPubKey(), newPubKey()],
    urls: [1, 2, 3].map((n) => `https://${n}.model-${serial}.example.com`),
    userPubKeys: USER_PUB_KEYS,
    sshKeys: [await freshSshKey(), await freshSshKey()],
    apiKeys: [],
    sshKeyIds: [],
    tokens: [],
  };
  return { world, directory };
}
