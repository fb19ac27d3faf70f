import { expect } from "vitest";
import { HOST_PUB_KEY } from "../../src/methods/examples";
import { makeUser } from "../rest/support";
import { newPubKey, sql } from "../seed";
import { pubKey, secretKey, signedLogin } from "../signing";
import { bearer, call, code, INITIALIZATION_TOKEN, login, loginWith, ownerKey, tokenFor } from "../support";
import { RACERS, type Race, type Races } from "./race";

const HALF = RACERS / 2;
const REST = RACERS - 1;
const owner = async () => bearer(await tokenFor());
const KEY_OWNER = { instanceId: HOST_PUB_KEY, contextId: "context", userId: "racer" };

async function twoHosts(): Promise<readonly [string, string]> {
  const hosts = [newPubKey(), newPubKey()] as const;
  for (const [i, hostPubKey] of hosts.entries()) {
    await call("pkiAdmin/setHost", { hostPubKey, hostUrl: `https://${i}.example.com` }, await owner());
  }
  return hosts;
}

/** Two keys of the owner's, the only enabled ones that may manage users, and a third party that may change them. */
async function lastTwoOwnerKeys() {
  const admin = await makeUser(["user:read_write", "audit:read", "ops:read"]);
  const first = await ownerKey();
  const second = await secretKey(["user:write"]);
  const [row] = (await sql("select ownerId from installation")).results as { ownerId: string }[];
  return {
    keys: [first.apiKeyId, second.apiKeyId] as const,
    userId: row?.ownerId as string,
    sent: bearer(admin.token),
  };
}

const sessionsNamed = async (name: string) =>
  (await sql("select id from sessions where name = ?1", name)).results.length;

type Sent = ReturnType<typeof bearer>;

/** Log-ins by an API key while one call takes it away: in the end it has no session. */
async function withLogins(takeAway: (apiKeyId: string, sent: Sent) => Promise<number>): Promise<Race> {
  const sent = await owner();
  const key = await secretKey();
  const logIn = () =>
    loginWith(key, []).then(
      () => 0,
      () => 12,
    );
  return {
    call: (i) => (i === HALF ? takeAway(key.apiKeyId, sent) : logIn()),
    expected: null,
    after: async () =>
      expect((await sql("select id from sessions where apiKeyId = ?1", key.apiKeyId)).results).toEqual([]),
  };
}

/** For every method that writes, calls of it that conflict. */
export const METHOD_RACES: Races = {
  "auth/bindAccessToken": {
    "all are refused over POST": async () => {
      const { accessToken } = await login();
      return {
        call: () => code("auth/bindAccessToken", { accessToken }),
        expected: { 59: RACERS },
      };
    },
  },
  "auth/createFirstApiKey": {
    "one makes the first key": async () => ({
      call: () =>
        code("auth/createFirstApiKey", { initializationToken: INITIALIZATION_TOKEN, name: "first" }),
      expected: { 0: 1, 96: REST },
    }),
  },
  "auth/forkToken": {
    "forks of one name leave one session of it": async () => {
      const { refreshToken } = await login();
      return {
        call: () => code("auth/forkToken", { refreshToken, sessionName: "raced" }),
        expected: { 0: RACERS },
        after: async () => expect(await sessionsNamed("raced")).toBe(1),
      };
    },
    "against a refresh that is reused: neither token outlives it": async () => {
      const { refreshToken } = await login();
      const refresh = { grantType: "refresh_token", refreshToken };
      return {
        call: (i) =>
          i % 2 ? code("auth/token", refresh) : code("auth/forkToken", { refreshToken, sessionName: `${i}` }),
        expected: null,
        after: async (outcomes) => {
          expect(outcomes.filter((o, i) => i % 2 && o === 0)).toHaveLength(1);
          expect(outcomes.every((o) => o === 0 || o === 75)).toBe(true);
        },
      };
    },
  },
  "auth/token": {
    "one refresh token gives one pair, and that is dead": async () => {
      const { refreshToken } = await login(["session:raced"]);
      return {
        call: () => code("auth/token", { grantType: "refresh_token", refreshToken }),
        expected: { 0: 1, 75: REST },
        after: async () => expect(await sessionsNamed("raced")).toBe(0),
      };
    },
    "one nonce gives one session": async () => {
      const params = await signedLogin(await pubKey());
      return {
        call: () => code("auth/token", params),
        expected: { 0: 1, 14: REST },
      };
    },
    "logins of one session name leave one session": async () => {
      const { apiKeyId, apiKeySecret } = await secretKey();
      const shown = { grantType: "client_credentials", clientId: apiKeyId, clientSecret: apiKeySecret };
      return {
        call: () => code("auth/token", { ...shown, scope: ["session:raced"] }),
        expected: { 0: RACERS },
        after: async () => expect(await sessionsNamed("raced")).toBe(1),
      };
    },
  },
  "user/addApiKey": {
    "a user gets ten": async () => {
      const sent = await owner();
      const key = { type: "secret", name: "raced", clientSecret: "x".repeat(32), maxScope: [] };
      return {
        call: () => code("user/addApiKey", key, sent),
        expected: { 0: 9, 72: 41 },
      };
    },
  },
  "user/deleteApiKey": {
    "one deletes it": async () => {
      const sent = await owner();
      const { apiKeyId } = await secretKey();
      return {
        call: () => code("user/deleteApiKey", { apiKeyId }, sent),
        expected: { 0: 1, 71: REST },
      };
    },
    "the owner keeps one of the last two": async () => {
      const { keys, userId, sent } = await lastTwoOwnerKeys();
      return {
        call: (i) => code("user/deleteApiKey", { apiKeyId: keys[i % 2], userId }, sent),
        expected: { 0: 1, 1: HALF, 71: HALF - 1 },
      };
    },
    "no session outlives the key": () =>
      withLogins((apiKeyId, sent) => code("user/deleteApiKey", { apiKeyId }, sent)),
  },
  "user/deleteSession": {
    "one ends it": async () => {
      const sent = await owner();
      await login(["session:raced"]);
      const [row] = (await sql("select id from sessions where name = 'raced'")).results as { id: string }[];
      return {
        call: () => code("user/deleteSession", { sessionId: row?.id }, sent),
        expected: { 0: 1, 74: REST },
      };
    },
  },
  "user/updateApiKey": {
    "the owner keeps one of the last two enabled": async () => {
      const { keys, userId, sent } = await lastTwoOwnerKeys();
      return {
        call: (i) => code("user/updateApiKey", { apiKeyId: keys[i % 2], userId, enabled: false }, sent),
        expected: { 0: HALF, 1: HALF },
      };
    },
    "a disabled key has no session, whoever logs in meanwhile": () =>
      withLogins((apiKeyId, sent) => code("user/updateApiKey", { apiKeyId, enabled: false }, sent)),
  },
  "pkiAdmin/addHostUrl": {
    "one of two hosts gets the URL, once": async () => {
      const sent = await owner();
      const hosts = await twoHosts();
      const hostUrl = "https://raced.example.com";
      return {
        call: (i) => code("pkiAdmin/addHostUrl", { instanceId: hosts[i % 2], hostUrl }, sent),
        expected: { 0: 1, 83: HALF - 1, 88: HALF },
      };
    },
    "a host gets 32 URLs": async () => {
      const sent = await owner();
      const [instanceId] = await twoHosts();
      const add = (i: number) => ({ instanceId, hostUrl: `https://${i}.raced.example.com` });
      return {
        call: (i) => code("pkiAdmin/addHostUrl", add(i), sent),
        expected: { 0: 31, 86: RACERS - 31 },
      };
    },
  },
  "pkiAdmin/deleteHost": {
    "one deletes it": async () => {
      const sent = await owner();
      const [instanceId] = await twoHosts();
      return {
        call: () => code("pkiAdmin/deleteHost", { instanceId }, sent),
        expected: { 0: 1, 82: REST },
      };
    },
    "no URL outlives the host": async () => {
      const sent = await owner();
      const [instanceId] = await twoHosts();
      const add = (i: number) => ({ instanceId, hostUrl: `https://${i}.raced.example.com` });
      return {
        call: (i) =>
          i === HALF / 5
            ? code("pkiAdmin/deleteHost", { instanceId }, sent)
            : code("pkiAdmin/addHostUrl", add(i), sent),
        expected: null,
        after: async (outcomes) => {
          expect(outcomes.every((o) => o === 0 || o === 82 || o === 86)).toBe(true);
          const { results } = await sql("select url from host_urls where hostPubKey = ?1", instanceId);
          expect(results).toEqual([]);
        },
      };
    },
  },
  "pkiAdmin/removeHostUrl": {
    "one removes it": async () => {
      const sent = await owner();
      const [instanceId] = await twoHosts();
      return {
        call: () => code("pkiAdmin/removeHostUrl", { instanceId, hostUrl: "https://0.example.com" }, sent),
        expected: { 0: 1, 84: REST },
      };
    },
  },
  "pkiAdmin/setHost": {
    "one registers the key": async () => {
      const sent = await owner();
      const hostPubKey = newPubKey();
      const host = (i: number) => ({ hostPubKey, hostUrl: `https://${i}.example.com` });
      return {
        call: (i) => code("pkiAdmin/setHost", host(i), sent),
        expected: { 0: 1, 89: REST },
      };
    },
    "one gets the URL": async () => {
      const sent = await owner();
      const hostUrl = "https://raced.example.com";
      return {
        call: () => code("pkiAdmin/setHost", { hostPubKey: newPubKey(), hostUrl }, sent),
        expected: { 0: 1, 88: REST },
      };
    },
  },
  "pkiAdmin/setKey": {
    "one sets it": async () => {
      const sent = await owner();
      const userPubKey = newPubKey();
      return {
        call: () => code("pkiAdmin/setKey", { ...KEY_OWNER, userPubKey }, sent),
        expected: { 0: 1, 81: REST },
      };
    },
    "other keys of one user all count": async () => {
      const sent = await owner();
      return {
        call: () => code("pkiAdmin/setKey", { ...KEY_OWNER, userPubKey: newPubKey() }, sent),
        expected: { 0: RACERS },
        after: async () =>
          expect((await sql("select distinct createDate from key_history")).results).toHaveLength(RACERS),
      };
    },
  },
  "pkiAdmin/deleteKey": {
    "one deletes it": async () => {
      const sent = await owner();
      await call("pkiAdmin/setKey", { ...KEY_OWNER, userPubKey: newPubKey() }, sent);
      return {
        call: () => code("pkiAdmin/deleteKey", KEY_OWNER, sent),
        expected: { 0: 1, 79: REST },
      };
    },
  },
};
