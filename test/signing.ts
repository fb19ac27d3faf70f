import { toBase64, utf8 } from "../src/bytes";
import { ed25519Signer, hmacSigner, type Sign } from "./signers";
import { bearer, call, tokenFor } from "./support";

export interface ClientKey {
  readonly apiKeyId: string;
  readonly apiKeySecret: string;
  readonly sign: Sign;
}

/** A new API key of the owner's that proves itself by a secret. */
export async function secretKey(
  maxScope: string[] = ["pki:read_write"],
  name = "secret",
): Promise<ClientKey> {
  const apiKeySecret = crypto.randomUUID();
  const params = { type: "secret", name, clientSecret: apiKeySecret, maxScope };
  const { apiKeyId } = await call("user/addApiKey", params, bearer(await tokenFor()));
  return { apiKeyId, apiKeySecret, sign: hmacSigner(apiKeySecret) };
}

/** A new API key of the owner's that proves itself by an Ed25519 key. */
export async function pubKey(maxScope: string[] = ["pki:read_write"]): Promise<ClientKey> {
  const { pem, sign } = await ed25519Signer();
  const params = { type: "pubKey", name: "pubKey", clientPubKey: pem, maxScope };
  const { apiKeyId } = await call("user/addApiKey", params, bearer(await tokenFor()));
  return { apiKeyId, apiKeySecret: "", sign };
}

interface Signature {
  timestamp?: number;
  nonce?: string;
  data?: string;
  scope?: string[];
}

/** Params of auth/token with grant client_signature. */
export async function signedLogin(
  { apiKeyId, sign }: Omit<ClientKey, "apiKeySecret">,
  given: Signature = {},
) {
  const { timestamp = Date.now(), nonce = crypto.randomUUID(), data, scope = [] } = given;
  const signature = await sign(`${timestamp};${nonce};\n\n${data ?? ""}\n`);
  return {
    ...{ grantType: "client_signature", clientId: apiKeyId, signature, timestamp, nonce, scope },
    ...(data !== undefined && { data }),
  };
}

interface SignedRequest {
  timestamp?: number;
  nonce?: string;
  method?: string;
  path?: string;
}

/** The Authorization header of a request with that body, signed by pmx-hmac-sha256. */
export async function pmxHeader(
  { apiKeyId, sign }: Pick<ClientKey, "apiKeyId" | "sign">,
  body: string,
  {
    timestamp = Date.now(),
    nonce = crypto.randomUUID(),
    method = "POST",
    path = "/main",
  }: SignedRequest = {},
): Promise<string> {
  const signature = await sign(`${timestamp};${nonce};${method}\n${path}\n${body}\n`);
  return `pmx-hmac-sha256 ${apiKeyId};1;${timestamp};${nonce};${signature}`;
}

export const basicHeader = (apiKeyId: string, secret: string): string =>
  `Basic ${toBase64(utf8(`${apiKeyId}:${secret}`))}`;
