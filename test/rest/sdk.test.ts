import { beforeAll, describe, expect, test } from "vitest";
import { ownerKey } from "../support";
import { freshSshKey, rest } from "./support";

/** The requests of PrivX's official SDKs, as they send them (github.com/SSHcom), against what they take for a success. */

let apiKey: { apiKeyId: string; apiKeySecret: string };
beforeAll(async () => {
  apiKey = await ownerKey();
});

const oauthClient = (id: string) => `Basic ${btoa(`${id}:oauth-client-secret`)}`;

describe("privx-sdk-for-python", () => {
  /** base.py: every request has this Content-type, bodies are `json.dumps`, and POST without a payload has none. */
  const sent = (token: string, body?: unknown) => ({
    token,
    headers: { "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

  async function authenticate(): Promise<string> {
    const { apiKeyId, apiKeySecret } = apiKey;
    const body = new URLSearchParams({ grant_type: "password", username: apiKeyId, password: apiKeySecret });
    const { status, json } = await rest("POST", "/auth/api/v1/oauth/token", {
      body: body.toString(),
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        authorization: oauthClient("privx-external"),
      },
    });
    expect(status).toBe(200);
    // It computes a deadline from them: they must be numbers of seconds.
    expect(Number.isInteger(json.expires_in)).toBe(true);
    return json.access_token;
  }

  test("walks through users and their keys", async () => {
    const token = await authenticate();
    const made = await rest(
      "POST",
      "/local-user-store/api/v1/users",
      sent(token, {
        username: "Alice",
        password: { password: "example_password" },
        full_name: "Alice Margatroid",
        email: "alice@example.com",
      }),
    );
    expect(made.status).toBe(201);
    const { id } = made.json;
    // _get_search_params turns every text into lower case.
    const listed = await rest(
      "GET",
      "/local-user-store/api/v1/users?offset=0&limit=50&username=alice",
      sent(token),
    );
    expect([listed.status, listed.json.items[0].id]).toEqual([200, id]);
    const searched = await rest(
      "POST",
      "/role-store/api/v1/users/search?limit=10&sortkey=principal&sortdir=asc",
      sent(token, { keywords: "Margatroid" }),
    );
    expect([searched.status, searched.json.items[0].principal]).toEqual([200, "Alice"]);
    expect((await rest("POST", "/role-store/api/v1/users/search", sent(token))).status).toBe(200);

    const keys = `/role-store/api/v1/users/${id}/authorizedkeys`;
    const public_key = await freshSshKey();
    const body = { name: "work", comment: "c", public_key, source_address: [], expires_in: 3600 };
    const created = await rest("POST", keys, sent(token, body));
    expect(created.status).toBe(201);
    const path = `${keys}/${created.json.id}`;
    const read = await rest("GET", path, sent(token));
    expect(read.status).toBe(200);
    expect((await rest("PUT", path, sent(token, { ...read.json, name: "home" }))).status).toBe(200);
    expect((await rest("GET", keys, sent(token))).json.items[0].name).toBe("home");
    const all = "/role-store/api/v1/authorizedkeys?offset=0&limit=10&sortkey=name&sortdir=desc";
    expect((await rest("GET", all, sent(token))).json.count).toBe(1);
    const resolved = await rest(
      "POST",
      "/role-store/api/v1/authorizedkeys/resolve",
      sent(token, { username: "Alice", public_key }),
    );
    expect([resolved.status, resolved.json.user_id]).toEqual([200, id]);

    const refused = await rest("POST", keys, sent(token, body));
    expect([refused.status, refused.json.error_code]).toEqual([409, "DUPLICATE"]);
    expect((await rest("DELETE", path, sent(token))).status).toBe(200);
    const user = {
      ...(await rest("GET", `/local-user-store/api/v1/users/${id}`, sent(token))).json,
      email: "",
    };
    expect((await rest("PUT", `/local-user-store/api/v1/users/${id}`, sent(token, user))).status).toBe(200);
    expect((await rest("DELETE", `/local-user-store/api/v1/users/${id}`, sent(token))).status).toBe(200);
    expect((await rest("POST", "/auth/api/v1/logout", sent(token))).status).toBe(200);
  });

  test("asks for the status without a token", async () => {
    const { status } = await rest("GET", "/role-store/api/v1/status", {
      headers: { "content-type": "application/json" },
    });
    expect(status).toBe(200);
  });
});

describe("privx-sdk-go", () => {
  const headers = { "user-agent": "privx-sdk-go" };
  const form = { ...headers, "content-type": "application/x-www-form-urlencoded" };
  /** Go's url.Values.Encode sorts the parameters. */
  const encode = (fields: Record<string, string>) =>
    new URLSearchParams(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))).toString();

  test("WithClientID gets a token for the name and secret of its oauth client's calls", async () => {
    const { apiKeyId, apiKeySecret } = apiKey;
    const { status, json } = await rest("POST", "/auth/api/v1/oauth/token", {
      body: encode({ grant_type: "password", username: apiKeyId, password: apiKeySecret }),
      headers: { ...form, authorization: oauthClient("privx-external") },
    });
    // Unmarshalled into {access_token, token_type string; expires_in uint; refresh_token string}.
    expect([status, json.token_type, typeof json.expires_in, typeof json.refresh_token]).toEqual([
      200,
      "Bearer",
      "number",
      "string",
    ]);
  });

  test("WithCredential walks through the authorization code grant and refreshes", async () => {
    const client = { client_id: "privx-ui", redirect_uri: "/privx/oauth-callback" };
    const verifier = "x".repeat(43);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
    const challenge = btoa(String.fromCharCode(...hash))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replace("=", "");
    const state = "s".repeat(43);
    const query = encode({
      ...client,
      response_type: "code",
      state,
      user_agent: "privx-sdk-go",
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
    const session = await rest("GET", `/auth/api/v1/oauth/authorize?${query}`, { headers });
    expect(session.status).toBe(307);
    const location = new URL(session.headers.get("location") ?? "", "https://privx.example.com");
    const exchange = await rest("POST", "/auth/api/v1/login", {
      headers,
      body: {
        username: apiKey.apiKeyId,
        password: apiKey.apiKeySecret,
        token: location.searchParams.get("token"),
      },
    });
    expect([exchange.status, exchange.json.state]).toEqual([200, state]);
    const first = await rest("POST", "/auth/api/v1/oauth/token", {
      headers: form,
      body: encode({
        ...client,
        grant_type: "authorization_code",
        code: exchange.json.code,
        code_verifier: verifier,
      }),
    });
    expect(first.status).toBe(200);
    const second = await rest("POST", "/auth/api/v1/oauth/token", {
      headers: form,
      body: encode({ ...client, grant_type: "refresh_token", refresh_token: first.json.refresh_token }),
    });
    expect(second.status).toBe(200);
    const token = second.json.access_token;
    expect((await rest("GET", "/role-store/api/v1/users/current", { token, headers })).status).toBe(200);
  });

  test("sends structures with every field, as encoding/json writes them; so does the Terraform provider", async () => {
    const { apiKeyId, apiKeySecret } = apiKey;
    const granted = await rest("POST", "/auth/api/v1/oauth/token", {
      body: encode({ grant_type: "password", username: apiKeyId, password: apiKeySecret }),
      headers: form,
    });
    const token = granted.json.access_token;
    const local = { password: {}, password_change_required: false, attributes: null };
    const user = { username: "terraform", full_name: "T", tags: ["a"], ...local };
    const made = await rest("POST", "/local-user-store/api/v1/users", { token, headers, body: user });
    expect(made.status).toBe(201);
    const path = `/local-user-store/api/v1/users/${made.json.id}`;
    const update = { id: made.json.id, ...user, unix_account: "tf", windows_account: "tf" };
    expect((await rest("PUT", path, { token, headers, body: update })).status).toBe(200);
    expect((await rest("GET", path, { token, headers })).json).toMatchObject({
      unix_account: "tf",
      tags: ["a"],
    });

    const keys = `/role-store/api/v1/users/${made.json.id}/authorizedkeys`;
    const key = { name: "go", public_key: await freshSshKey(), not_before: "2020-07-31T17:32:28Z" };
    const created = await rest("POST", keys, { token, headers, body: key });
    expect(created.status).toBe(201);
    // AllAuthorizedKeys with no filters sends an empty query.
    expect((await rest("GET", "/role-store/api/v1/authorizedkeys?", { token, headers })).json.count).toBe(1);
    const put = { id: created.json.id, username: "terraform", user_id: made.json.id, ...key };
    expect((await rest("PUT", `${keys}/${created.json.id}`, { token, headers, body: put })).status).toBe(200);
    expect((await rest("DELETE", `${keys}/${created.json.id}`, { token, headers })).status).toBeLessThan(400);
    const gone = await rest("GET", `${keys}/${created.json.id}`, { token, headers });
    // utils.IsPrivxNotFound looks for this code.
    expect([gone.status, gone.json.error_code]).toEqual([404, "OBJECT_NOT_FOUND"]);
  });
});
