import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { bearer, call, code, ORIGIN, ownerKey, tokenFor } from "../support";
import { basic, keysPath, later, makeUser, rest, type TestUser } from "./support";

const TOKEN = "/auth/api/v1/oauth/token";
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const FORM = { "content-type": "application/x-www-form-urlencoded" };
/** What PrivX's SDKs send as the name of the calling program. */
const PROGRAM = { authorization: `Basic ${btoa("privx-external:some-client-secret")}` };

const ask = (fields: Record<string, string>, headers: Record<string, string> = {}, options = {}) =>
  rest("POST", TOKEN, { body: form(fields), headers: { ...FORM, ...headers }, ...options });

let joe: TestUser;
let login: { username: string; password: string };

beforeAll(async () => {
  joe = await makeUser(["ssh:self", "pki:read"]);
  login = { username: joe.key.apiKeyId, password: joe.key.apiKeySecret };
});

const works = async (token: string) => (await rest("GET", keysPath("current"), { token })).status;

describe("the password grant", () => {
  test("gives tokens of the API key, in seconds, not to be kept", async () => {
    const answer = await ask({ grant_type: "password", ...login }, PROGRAM);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(Object.keys(answer.json).sort()).toEqual([
      "access_token",
      "expires_in",
      "refresh_token",
      "scope",
      "token_type",
    ]);
    expect(answer.json).toMatchObject({ token_type: "Bearer", expires_in: 900, scope: "ssh:self pki:read" });
    expect(await works(answer.json.access_token)).toBe(200);
    expect(await code("pkiAdmin/listHosts", {}, bearer(answer.json.access_token))).toBe(0);
  });

  test("narrows to the scope asked for", async () => {
    const { json } = await ask({ grant_type: "password", ...login, scope: "pki:read" });
    expect(json.scope).toBe("pki:read");
    expect(await works(json.access_token)).toBe(403);
  });

  test("cuts a lifetime to whole seconds", async () => {
    const { json } = await ask({ grant_type: "password", ...login, scope: "ssh:self expires:90500" });
    expect(json.expires_in).toBe(90);
  });

  test.each([
    ["a wrong password", { password: "wrong" }],
    ["an unknown name", { username: "7Q1xMZcDNWwRtLPaT4kSGb" }],
  ])("%s is 400 invalid_grant, in both forms at once", async (_name, wrong) => {
    const { status, json } = await ask({ grant_type: "password", ...login, ...wrong }, PROGRAM);
    expect([status, json.error, json.error_code]).toEqual([400, "invalid_grant", "BAD_REQUEST"]);
    expect(json.error_description).toBe(json.error_message);
    expect(Object.values(json).every((v) => typeof v === "string")).toBe(true);
  });
});

describe("the client credentials grant", () => {
  test("takes the API key from the Basic header, or from the form", async () => {
    const { username: client_id, password: client_secret } = login;
    for (const [fields, headers] of [
      [{}, basic(joe.key)],
      [{ client_id, client_secret }, {}],
    ] as const) {
      const { status, json } = await ask({ grant_type: "client_credentials", ...fields }, headers);
      expect([status, await works(json.access_token)]).toEqual([200, 200]);
    }
  });

  test.each([
    ["a wrong secret", { authorization: `Basic ${btoa("7Q1xMZcDNWwRtLPaT4kSGb:wrong")}` }],
    ["no client", {}],
    ["a header that is none", { authorization: "Basic ???" }],
  ])("%s is 401 invalid_client, without a challenge", async (_name, headers) => {
    const { status, json, headers: answered } = await ask({ grant_type: "client_credentials" }, headers);
    expect([status, json.error, json.error_code]).toEqual([401, "invalid_client", "UNAUTHORIZED"]);
    expect(answered.has("www-authenticate")).toBe(false);
  });
});

describe("the refresh token grant", () => {
  test("works once; reuse ends the session", async () => {
    const first = (await ask({ grant_type: "password", ...login })).json;
    const refresh = (refresh_token: string) => ask({ grant_type: "refresh_token", refresh_token }, PROGRAM);
    const second = (await refresh(first.refresh_token)).json;
    expect([await works(first.access_token), await works(second.access_token)]).toEqual([401, 200]);
    const reused = await refresh(first.refresh_token);
    expect([reused.status, reused.json.error]).toEqual([400, "invalid_grant"]);
    expect(await works(second.access_token)).toBe(401);
    expect((await refresh("malformed")).json.error).toBe("invalid_grant");
  });

  test("keeps the scope: the same may be named, no other", async () => {
    const first = (await ask({ grant_type: "password", ...login, scope: "ssh:self" })).json;
    const { refresh_token } = first;
    const wider = await ask({ grant_type: "refresh_token", refresh_token, scope: "ssh:self pki:read" });
    expect([wider.status, wider.json.error]).toEqual([400, "invalid_scope"]);
    const same = await ask({ grant_type: "refresh_token", refresh_token, scope: "ssh:self" });
    expect([same.status, same.json.scope]).toEqual([200, "ssh:self"]);
  });
});

describe("a token request", () => {
  test.each([
    ["no grant_type", {}, "invalid_request"],
    ["an unknown grant_type", { grant_type: "implicit" }, "unsupported_grant_type"],
    ["no username", { grant_type: "password", password: "x" }, "invalid_request"],
    ["an empty password", { grant_type: "password", username: "x", password: "" }, "invalid_request"],
    ["no refresh token", { grant_type: "refresh_token" }, "invalid_request"],
    ["no code", { grant_type: "authorization_code" }, "invalid_request"],
  ])("with %s is 400", async (_name, fields, error) => {
    const { status, json } = await ask(fields as Record<string, string>);
    expect([status, json.error, json.error_code]).toEqual([400, error, "BAD_REQUEST"]);
  });

  test.each([
    ["more than the key has", "user:write"],
    ["two sessions", "session:a session:b"],
    ["an address that is none", "ipAddr:somewhere"],
  ])("for %s is 400 invalid_scope", async (_name, scope) => {
    const { status, json } = await ask({ grant_type: "password", ...login, scope });
    expect([status, json.error]).toEqual([400, "invalid_scope"]);
  });

  test("with a parameter twice, as JSON or too large is refused", async () => {
    const twice = await rest("POST", TOKEN, {
      body: "grant_type=password&grant_type=password",
      headers: FORM,
    });
    expect([twice.status, twice.json.error]).toEqual([400, "invalid_request"]);
    const json = await rest("POST", TOKEN, { body: { grant_type: "password", ...login } });
    expect([json.status, json.json.error]).toEqual([400, "invalid_request"]);
    const large = await rest("POST", TOKEN, { body: `x=${"x".repeat(262_144)}`, headers: FORM });
    expect([large.status, large.json.error_code]).toEqual([413, "TOO_LARGE"]);
  });

  test("ignores parameters it does not know", async () => {
    expect((await ask({ grant_type: "password", ...login, audience: "x" })).status).toBe(200);
  });
});

describe("logout", () => {
  test("ends the session of the token", async () => {
    const { json } = await ask({ grant_type: "password", ...login });
    const other = (await ask({ grant_type: "password", ...login })).json;
    const out = await rest("POST", "/auth/api/v1/logout", { token: json.access_token });
    expect([out.status, out.text]).toEqual([200, ""]);
    expect([await works(json.access_token), await works(other.access_token)]).toEqual([401, 200]);
    const refreshed = await ask({ grant_type: "refresh_token", refresh_token: json.refresh_token });
    expect(refreshed.json.error).toBe("invalid_grant");
    expect((await rest("POST", "/auth/api/v1/logout", { token: json.access_token })).status).toBe(401);
  });
});

const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/** RFC 7636, appendix B. */
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const CLIENT = { client_id: "privx-ui", redirect_uri: "/privx/oauth-callback" };
const ASKED = {
  ...CLIENT,
  response_type: "code",
  state: "a state & more",
  user_agent: "privx-sdk-go",
  code_challenge: CHALLENGE,
  code_challenge_method: "S256",
};

const authorize = (fields: Record<string, string | undefined> = {}, options = {}) => {
  const asked = Object.entries({ ...ASKED, ...fields }).filter(
    (e): e is [string, string] => e[1] !== undefined,
  );
  return rest("GET", `/auth/api/v1/oauth/authorize?${new URLSearchParams(asked)}`, options);
};
const tokenOf = ({ headers }: { headers: Headers }): string =>
  new URL(headers.get("location") ?? "", ORIGIN).searchParams.get("token") ?? "";
const logIn = (token: string, fields = {}, options = {}) =>
  rest("POST", "/auth/api/v1/login", { body: { ...login, token, ...fields }, ...options });
const redeem = (given: string, fields = {}, options = {}) =>
  ask(
    { grant_type: "authorization_code", ...CLIENT, code: given, code_verifier: VERIFIER, ...fields },
    {},
    options,
  );
const freshCode = async (fields = {}): Promise<string> =>
  (await logIn(tokenOf(await authorize(fields)))).json.code;

describe("the authorization code grant", () => {
  test("leads over the login page and a code to tokens", async () => {
    const answer = await authorize();
    expect(answer.status).toBe(307);
    expect(answer.headers.get("location")).toMatch(/^\/login\?token=[\w.-]+$/);
    const { status, json } = await logIn(tokenOf(answer));
    expect([status, json.state, Object.keys(json)]).toEqual([200, ASKED.state, ["code", "state"]]);
    const given = await redeem(json.code);
    expect([given.status, given.json.scope]).toEqual([200, "ssh:self pki:read"]);
    expect(await works(given.json.access_token)).toBe(200);
  });

  test("gives the scope that the login asked for", async () => {
    const given = await redeem(await freshCode({ scope: "pki:read" }));
    expect(given.json.scope).toBe("pki:read");
    const other = await redeem(await freshCode({ scope: "pki:read" }), { scope: "ssh:self" });
    expect([other.status, other.json.error]).toEqual([400, "invalid_scope"]);
    expect((await redeem(await freshCode(), { scope: "ssh:self" })).json.scope).toBe("ssh:self");
  });

  test.each([
    ["no challenge", { code_challenge: undefined }],
    ["the plain method", { code_challenge_method: "plain" }],
    ["no method, which means plain", { code_challenge_method: undefined }],
    ["a challenge that is no SHA-256", { code_challenge: "short" }],
    ["another response_type", { response_type: "token" }],
    ["no client", { client_id: undefined }],
    ["no redirect_uri", { redirect_uri: undefined }],
    ["another origin", { redirect_uri: "https://evil.example.com/" }],
    ["another origin without a scheme", { redirect_uri: "//evil.example.com/" }],
    ["another origin by a backslash", { redirect_uri: "/\\evil.example.com/" }],
    ["another origin by a tab", { redirect_uri: "/\t/evil.example.com/" }],
    ["a script", { redirect_uri: "javascript:alert(1)" }],
    ["a scope that is none", { scope: "session:a session:b" }],
  ])("with %s is 400 and leads nowhere", async (_name, fields) => {
    const answer = await authorize(fields);
    expect([answer.status, answer.headers.get("location")]).toEqual([400, null]);
    expect(answer.json.error).toMatch(/^invalid_(request|scope)$/);
    expect(answer.json.error_code).toBe("BAD_REQUEST");
  });

  test("may lead to a URL of OAUTH_REDIRECTS, to the letter; the Location is the login page all the same", async () => {
    const redirects = { OAUTH_REDIRECTS: "https://app.example.com/callback http://127.0.0.1:8000/" };
    const redirect_uri = "https://app.example.com/callback";
    const answer = await authorize({ redirect_uri }, { env: redirects });
    expect([answer.status, answer.headers.get("location")?.startsWith("/login?")]).toEqual([307, true]);
    const { json } = await logIn(tokenOf(answer));
    expect((await redeem(json.code, { redirect_uri })).status).toBe(200);
    expect((await authorize({ redirect_uri: `${redirect_uri}/` }, { env: redirects })).status).toBe(400);
  });

  test.each([
    ["a wrong password", { password: "wrong" }],
    ["an unknown name", { username: "7Q1xMZcDNWwRtLPaT4kSGb" }],
    ["a token that is none", { token: "nonsense" }],
  ])("%s at the login is 400 invalid_grant", async (_name, fields) => {
    const { status, json } = await logIn(tokenOf(await authorize()), fields);
    expect([status, json.error, json.error_code]).toEqual([400, "invalid_grant", "BAD_REQUEST"]);
  });

  test("a login token that was altered is refused", async () => {
    const [, mac] = tokenOf(await authorize()).split(".");
    const [text] = tokenOf(await authorize({ redirect_uri: "/elsewhere" })).split(".");
    expect((await logIn(`${text}.${mac}`)).json.error).toBe("invalid_grant");
  });

  test("a login token works once, also for 5 at the same moment, and survives a wrong password", async () => {
    const token = tokenOf(await authorize());
    expect((await logIn(token, { password: "wrong" })).status).toBe(400);
    const answers = await Promise.all(Array.from({ length: 5 }, () => logIn(token)));
    expect(answers.map((a) => a.status).sort()).toEqual([200, 400, 400, 400, 400]);
  });

  test("a login token lives 5 minutes, a code 60 s", async () => {
    const token = tokenOf(await authorize());
    expect((await logIn(token, {}, { runtime: later(300_000) })).json.error).toBe("invalid_grant");
    const inTime = await logIn(token, {}, { runtime: later(290_000) });
    expect(inTime.status).toBe(200);
    expect((await redeem(inTime.json.code, {}, { runtime: later(351_000) })).json.error).toBe(
      "invalid_grant",
    );
    expect((await redeem(inTime.json.code, {}, { runtime: later(340_000) })).status).toBe(200);
  });

  test.each([
    ["another client", { client_id: "other" }],
    ["another redirect_uri", { redirect_uri: "/privx/other" }],
    ["another verifier", { code_verifier: VERIFIER.replace("d", "e") }],
  ])("a code is bound: %s is invalid_grant", async (_name, fields) => {
    const given = await freshCode();
    const { status, json } = await redeem(given, fields);
    expect([status, json.error]).toEqual([400, "invalid_grant"]);
    expect((await redeem(given)).status).toBe(200);
  });

  test("without a verifier a code gives nothing", async () => {
    expect((await redeem(await freshCode(), { code_verifier: "" })).json.error).toBe("invalid_request");
  });

  test("the client may be named by a Basic header instead", async () => {
    const fields = { grant_type: "authorization_code", code: await freshCode(), code_verifier: VERIFIER };
    const headers = { authorization: `Basic ${btoa("privx-ui:any")}` };
    expect((await ask({ ...fields, redirect_uri: CLIENT.redirect_uri }, headers)).status).toBe(200);
  });

  test("a second use of a code ends its session, also after the code has expired", async () => {
    for (const runtime of [later(0), later(120_000)]) {
      const given = await freshCode();
      const { json } = await redeem(given);
      expect(await works(json.access_token)).toBe(200);
      expect((await redeem(given, {}, { runtime })).json.error).toBe("invalid_grant");
      expect(await works(json.access_token)).toBe(401);
    }
  });

  test("of parallel uses of a code at most one gets tokens, and they are dead", async () => {
    const given = await freshCode();
    const answers = await Promise.all(Array.from({ length: 8 }, () => redeem(given)));
    const good = answers.filter((a) => a.status === 200);
    expect(good.length).toBeLessThanOrEqual(1);
    for (const { json } of good) expect(await works(json.access_token)).toBe(401);
  });

  test("a code of a disabled API key gives nothing", async () => {
    const user = await makeUser(["ssh:self"]);
    const fields = { username: user.key.apiKeyId, password: user.key.apiKeySecret };
    const { json } = await logIn(tokenOf(await authorize()), fields);
    const change = { apiKeyId: user.key.apiKeyId, userId: user.id, enabled: false };
    await call("user/updateApiKey", change, bearer(await tokenFor()));
    expect((await redeem(json.code)).json.error).toBe("invalid_grant");
  });

  test("the database holds neither login tokens nor codes", async () => {
    const token = tokenOf(await authorize());
    const { json } = await logIn(token);
    await redeem(json.code);
    const tables = await Promise.all(
      ["oauth_codes", "nonces", "sessions"].map((t) => env.DB.prepare(`select * from ${t}`).all()),
    );
    const stored = JSON.stringify(tables.map((t) => t.results));
    expect(stored).toContain("privx-ui");
    for (const secret of [token, json.code]) expect(stored).not.toContain(secret);
  });
});

test("the owner's key logs in as any other does", async () => {
  const { apiKeyId, apiKeySecret } = await ownerKey();
  const { json } = await ask({ grant_type: "password", username: apiKeyId, password: apiKeySecret });
  expect((await rest("GET", "/role-store/api/v1/authorizedkeys", { token: json.access_token })).status).toBe(
    200,
  );
});
