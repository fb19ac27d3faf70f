import { expect } from "vitest";
import { toBase64Url } from "../../src/bytes";
import { addKey, freshSshKey, keysPath, makeUser, rest } from "../rest/support";
import { sql } from "../seed";
import { login, ownerKey, tokenFor } from "../support";
import { RACERS, type Races } from "./race";

const HALF = RACERS / 2;
const REST = RACERS - 1;
const USERS = "/local-user-store/api/v1/users";
const statusOf = async (...request: Parameters<typeof rest>) => (await rest(...request)).status;
const twoUsers = async () => [await makeUser(), await makeUser()] as const;

const CLIENT = { client_id: "privx-ui", redirect_uri: "/privx/oauth-callback" };
const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

async function loginToken(): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(VERIFIER));
  const query = new URLSearchParams({
    ...{ response_type: "code", ...CLIENT, code_challenge_method: "S256" },
    code_challenge: toBase64Url(new Uint8Array(digest)),
  });
  const { headers } = await rest("GET", `/auth/api/v1/oauth/authorize?${query}`);
  return new URLSearchParams(headers.get("location")?.split("?")[1]).get("token") as string;
}

async function logIn(token: string) {
  const { apiKeyId: username, apiKeySecret: password } = await ownerKey();
  return rest("POST", "/auth/api/v1/login", { body: { username, password, token } });
}

const redeem = (code: string) =>
  rest("POST", "/auth/api/v1/oauth/token", {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      ...{ grant_type: "authorization_code", ...CLIENT, code_verifier: VERIFIER, code },
    }).toString(),
  });

/** For every route that writes, calls of it that conflict. */
export const ROUTE_RACES: Races = {
  createAuthorizedKey: {
    "a key is registered for one user, once": async () => {
      const users = await twoUsers();
      const body = { name: "raced", public_key: await freshSshKey() };
      return {
        call: (i) => statusOf("POST", keysPath("current"), { token: users[i % 2]?.token as string, body }),
        expected: { 201: 1, 409: REST },
      };
    },
    "a user gets 100 keys": async () => {
      const user = await makeUser();
      for (let i = 0; i < 4; i++) {
        const lines = await Promise.all(Array.from({ length: 20 }, freshSshKey));
        const body = lines.map((blob) => `ssh-ed25519 ${blob}\n`).join("");
        const headers = { "content-type": "text/plain" };
        await rest("POST", `${keysPath(user.id)}/import`, { token: await tokenFor(), body, headers });
      }
      const keys = await Promise.all(Array.from({ length: RACERS }, freshSshKey));
      return {
        call: (i) =>
          statusOf("POST", keysPath("current"), {
            token: user.token,
            body: { name: "raced", public_key: keys[i] },
          }),
        expected: { 201: 20, 400: RACERS - 20 },
      };
    },
  },
  updateAuthorizedKey: {
    "one of two users gets the key": async () => {
      const users = await twoUsers();
      const ids = [await addKey(users[0].id), await addKey(users[1].id)];
      const body = { name: "raced", public_key: await freshSshKey() };
      return {
        call: (i) =>
          statusOf("PUT", keysPath("current", ids[i % 2]), { token: users[i % 2]?.token as string, body }),
        expected: { 200: HALF, 409: HALF },
      };
    },
  },
  deleteAuthorizedKey: {
    "one deletes it": async () => {
      const user = await makeUser();
      const path = keysPath("current", await addKey(user.id));
      return {
        call: () => statusOf("DELETE", path, { token: user.token }),
        expected: { 200: 1, 404: REST },
      };
    },
  },
  importAuthorizedKeys: {
    "one adds the key, its user knows it then, the other user is refused": async () => {
      const users = await twoUsers();
      const token = await tokenFor();
      const body = `ssh-ed25519 ${await freshSshKey()} raced\n`;
      const headers = { "content-type": "text/plain" };
      return {
        call: async (i) => {
          const path = `${keysPath(users[i % 2]?.id as string)}/import`;
          const { json } = await rest("POST", path, { token, body, headers });
          return json.items[0].result;
        },
        expected: { added: 1, known: HALF - 1, refused: HALF },
      };
    },
  },
  createLocalUser: {
    "one gets the name, whatever its case": async () => {
      const token = await tokenFor();
      return {
        call: (i) => statusOf("POST", USERS, { token, body: { username: i % 2 ? "racer" : "RACER" } }),
        expected: { 201: 1, 409: REST },
      };
    },
  },
  updateLocalUser: {
    "one of two users gets the name": async () => {
      const users = await twoUsers();
      const token = await tokenFor();
      return {
        call: (i) =>
          statusOf("PUT", `${USERS}/${users[i % 2]?.id}`, {
            token,
            body: { username: i % 2 ? "racer" : "RACER" },
          }),
        expected: { 200: HALF, 409: HALF },
      };
    },
  },
  deleteLocalUser: {
    "one deletes it": async () => {
      const user = await makeUser();
      const token = await tokenFor();
      return {
        call: () => statusOf("DELETE", `${USERS}/${user.id}`, { token }),
        expected: { 200: 1, 404: REST },
      };
    },
    "no key, API key or session outlives the user": async () => {
      const user = await makeUser();
      const token = await tokenFor();
      const keys = await Promise.all(Array.from({ length: RACERS }, freshSshKey));
      return {
        call: (i) =>
          i === HALF / 5
            ? statusOf("DELETE", `${USERS}/${user.id}`, { token })
            : statusOf("POST", keysPath(user.id), { token, body: { name: "raced", public_key: keys[i] } }),
        expected: null,
        after: async (outcomes) => {
          expect(outcomes.every((o) => o === 200 || o === 201 || o === 404)).toBe(true);
          for (const table of ["ssh_keys", "api_keys"]) {
            expect((await sql(`select id from ${table} where userId = ?1`, user.id)).results).toEqual([]);
          }
          const of = await sql("select id from sessions where apiKeyId = ?1", user.key.apiKeyId);
          expect(of.results).toEqual([]);
        },
      };
    },
  },
  authorize: {
    "all get a login token of their own": async () => ({
      call: async () => typeof (await loginToken()),
      expected: { string: RACERS },
    }),
  },
  login: {
    "one gets a code": async () => {
      await ownerKey();
      const token = await loginToken();
      return {
        call: async () => (await logIn(token)).status,
        expected: { 200: 1, 400: REST },
      };
    },
  },
  token: {
    "a code gives one pair, and that is dead": async () => {
      await ownerKey();
      const { json } = await logIn(await loginToken());
      return {
        call: async () => (await redeem(json.code)).status,
        expected: { 200: 1, 400: REST },
        after: async () => expect((await sql("select id from sessions")).results).toEqual([]),
      };
    },
  },
  logout: {
    "the session is over, whether a call still met it or not": async () => {
      const { accessToken: token } = await login();
      return {
        call: () => statusOf("POST", "/auth/api/v1/logout", { token }),
        expected: null,
        after: async (outcomes) => {
          expect(outcomes).toContain(200);
          expect(outcomes.every((o) => o === 200 || o === 401)).toBe(true);
          expect((await sql("select id from sessions")).results).toEqual([]);
        },
      };
    },
  },
};
