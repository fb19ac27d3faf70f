import * as z from "zod/mini";
import { logIn } from "../../auth/codeGrant";
import { API_KEY_ID, SECRET } from "../../methods/examples";
import { opaque } from "../../methods/fields";
import { writeRoute } from "../route";

const MAX_TOKEN = 16_384;

export const login = writeRoute({
  name: "login",
  summary: "Log in with an API key's id and secret, for a code; once for each login token",
  http: { method: "POST", path: "/auth/api/v1/login", oauth: true },
  access: "everyone",
  changes: "directory",
  checksSecret: true,
  params: z.strictObject({
    body: z.strictObject({
      username: opaque(1, 256, "API key id"),
      password: opaque(1, 256, "Secret of the API key"),
      token: opaque(1, MAX_TOKEN, "`token` of the Location that oauth/authorize gave"),
    }),
  }),
  result: z.strictObject({ code: z.string(), state: z.optional(z.string()) }),
  errors: ["invalidGrant", "invalidCredentials"],
  example: {
    params: {
      body: { username: API_KEY_ID, password: SECRET, token: "eyJjbGllbnRfaWQiOiJwcml2eC11aSJ9.bWFj" },
    },
    result: { code: "9xJ3hWm2RkTzVb7YpQ4sUf6LgNcAeDo8", state: "XTqVQ8QvlHPMuRrR" },
  },
  async write({ body: { username, password, token } }, call) {
    const { code, state } = await logIn({ apiKeyId: username, secret: password, token }, call);
    return { code, ...(state !== undefined && { state }) };
  },
});
