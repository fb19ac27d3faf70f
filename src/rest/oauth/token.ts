import * as z from "zod/mini";
import { grantByCode } from "../../auth/codeGrant";
import { grantByRefresh, grantBySecret } from "../../auth/grants";
import type { Granted } from "../../auth/issue";
import { Failure } from "../../errors";
import { API_KEY_ID, SECRET, TOKENS } from "../../methods/examples";
import { opaque, text } from "../../methods/fields";
import { writeRoute } from "../route";
import { clientId, codeVerifier, redirectUri, scope } from "./fields";

const client = z.strictObject({ id: z.string(), secret: z.string() });

const form = z.object({
  grant_type: text(1, 128, "client_credentials, refresh_token, password or authorization_code"),
  scope: z.optional(scope),
  client_id: z.optional(clientId),
  client_secret: z.optional(opaque(1, 256, "Secret of the API key, for client_credentials")),
  refresh_token: z.optional(opaque(1, 1024, "Refresh token from an earlier answer")),
  username: z.optional(opaque(1, 256, "API key id, for password")),
  password: z.optional(opaque(1, 256, "Secret of the API key, for password")),
  code: z.optional(opaque(1, 256, "Code that login gave")),
  redirect_uri: z.optional(redirectUri),
  code_verifier: z.optional(codeVerifier),
});
type Form = z.output<typeof form>;

export const token = writeRoute({
  name: "token",
  summary: "Give an access token and a refresh token (RFC 6749)",
  http: { method: "POST", path: "/auth/api/v1/oauth/token", takes: "form", oauth: true },
  access: "everyone",
  changes: "credentials",
  checksSecret: true,
  params: z.strictObject({ body: form, client: z.optional(client) }),
  result: z.strictObject({
    access_token: z.string(),
    token_type: z.literal("Bearer"),
    expires_in: z.int().check(z.meta({ description: "Seconds" })),
    refresh_token: z.string(),
    scope: z.string(),
  }),
  errors: [
    "invalidClient",
    "invalidCredentials",
    "invalidGrant",
    "unsupportedGrant",
    "tokenExpired",
    "tokenInvalid",
    "tooManyLogins",
  ],
  example: {
    params: { body: { grant_type: "password", username: API_KEY_ID, password: SECRET, scope: "ssh:read" } },
    result: {
      access_token: TOKENS.accessToken,
      token_type: "Bearer",
      expires_in: 900,
      refresh_token: TOKENS.refreshToken,
      scope: "ssh:read",
    },
  },
  async write({ body, client }, call) {
    const need = (name: keyof Form & string): string => {
      const value = body[name];
      if (typeof value !== "string") throw call.fail("invalidParams", `${name}: expected a value`, name);
      return value;
    };
    const { scope } = body;
    switch (body.grant_type) {
      case "client_credentials":
        return answerOf(await grantByClient(client ?? clientInBody(body), scope ?? [], call));
      case "password": {
        const shown = { apiKeyId: need("username"), secret: need("password"), scope: scope ?? [] };
        return answerOf(await grantBySecret(shown, call));
      }
      case "refresh_token":
        return answerOf(await grantByRefresh(need("refresh_token"), call, scope));
      case "authorization_code": {
        const shown = {
          code: need("code"),
          clientId: body.client_id ?? client?.id ?? need("client_id"),
          redirectUri: need("redirect_uri"),
          verifier: need("code_verifier"),
          scope,
        };
        return answerOf(await grantByCode(shown, call));
      }
      default:
        throw call.fail("unsupportedGrant");
    }
  },
});

const clientInBody = ({ client_id: id, client_secret: secret }: Form) =>
  id !== undefined && secret !== undefined ? { id, secret } : undefined;

/** The API key itself is the client: that it is wrong is then another error than a person's wrong password. */
async function grantByClient(
  client: { id: string; secret: string } | undefined,
  scope: readonly string[],
  context: Parameters<typeof grantBySecret>[1],
): Promise<Granted> {
  if (!client) throw new Failure("invalidClient");
  try {
    return await grantBySecret({ apiKeyId: client.id, secret: client.secret, scope }, context);
  } catch (error) {
    if (error instanceof Failure && error.error === "invalidCredentials") throw new Failure("invalidClient");
    throw error;
  }
}

const answerOf = ({ accessToken, accessTokenExpiresIn, refreshToken, scope }: Granted) => ({
  access_token: accessToken,
  token_type: "Bearer" as const,
  expires_in: Math.floor(accessTokenExpiresIn / 1000),
  refresh_token: refreshToken,
  scope: scope.join(" "),
});
