import * as z from "zod/mini";
import { isNonce } from "../../auth/credential";
import { grantByRefresh, grantBySecret, grantBySignature } from "../../auth/grants";
import { utf8 } from "../../bytes";
import { writeMethod } from "../../operation";
import { API_KEY_ID, SECRET, TOKENS } from "../examples";
import { apiKeyId, clientSecret, opaque, refreshToken, timestamp, tokenScope, tokens } from "../fields";
import { tokensOf } from "./tokensOf";

const nonce = z
  .string()
  .check(
    z.refine(isNonce, "0 to 64 printable ASCII characters without a semicolon"),
    z.meta({ maxLength: 64, description: "Random value used in the signature, good once" }),
  );

export const token = writeMethod({
  name: "auth/token",
  summary:
    "Gives an access token and a refresh token for an API key's secret, its signature, or a refresh token",
  access: "everyone",
  changes: "credentials",
  checksSecret: true,
  params: z.discriminatedUnion("grantType", [
    z.strictObject({
      grantType: z.literal("client_credentials"),
      clientId: apiKeyId,
      clientSecret,
      scope: tokenScope,
    }),
    z.strictObject({ grantType: z.literal("refresh_token"), refreshToken }),
    z.strictObject({
      grantType: z.literal("client_signature"),
      clientId: apiKeyId,
      signature: opaque(0, 4096, "Base64 of the Ed25519 signature, or of the HMAC-SHA256 cut to 20 bytes"),
      timestamp,
      nonce,
      scope: tokenScope,
      data: z.optional(opaque(0, 512, "Optional signed data")),
    }),
  ]),
  result: tokens,
  errors: ["insufficientScope", "invalidCredentials", "tooManyLogins", "tokenExpired", "tokenInvalid"],
  example: {
    params: {
      grantType: "client_credentials",
      clientId: API_KEY_ID,
      clientSecret: SECRET,
      scope: ["user:read_write"],
    },
    result: TOKENS,
  },
  async write(params, call) {
    switch (params.grantType) {
      case "client_credentials": {
        const { clientId, clientSecret: secret, scope } = params;
        return tokensOf(await grantBySecret({ apiKeyId: clientId, secret, scope }, call));
      }
      case "refresh_token":
        return tokensOf(await grantByRefresh(params.refreshToken, call));
      case "client_signature": {
        const { clientId, timestamp, nonce, signature, scope, data } = params;
        const signed = { timestamp, text: utf8(`${timestamp};${nonce};\n\n${data ?? ""}\n`), signature };
        return tokensOf(await grantBySignature({ apiKeyId: clientId, nonce, signed, scope }, call));
      }
    }
  },
});
