import * as z from "zod/mini";
import { fromBase64Url, toBase64Url, utf8 } from "../bytes";
import type { Masters } from "./secrets";

/** What a program asked for when it sent a person to log in (RFC 6749, section 4.1.1; RFC 7636, section 4.3). */
const request = z.strictObject({
  client_id: z.string(),
  redirect_uri: z.string(),
  state: z.optional(z.string()),
  scope: z.string(),
  /** S256: base64url of the verifier's SHA-256 */
  code_challenge: z.string(),
  /** ms */
  expires: z.int(),
  /** Makes each token another. */
  id: z.string(),
});
export type LoginRequest = z.output<typeof request>;

/**
 * A login token is `base64url(JSON).base64url(HMAC-SHA256)`: nothing is stored for whoever only asks for one, and the
 * login page can read from it where to lead the person back to.
 */
export async function signLoginToken([master]: Masters, asked: LoginRequest): Promise<string> {
  const text = toBase64Url(utf8(JSON.stringify(asked)));
  const mac = await crypto.subtle.sign("HMAC", master.login, utf8(text));
  return `${text}.${toBase64Url(new Uint8Array(mac))}`;
}

/** Undefined where the token is malformed, not ours, or expired at `now` (ms). */
export async function verifyLoginToken(
  masters: Masters,
  token: string,
  now: number,
): Promise<LoginRequest | undefined> {
  const [text = "", mac = ""] = token.split(".", 2);
  const given = fromBase64Url(mac);
  const bytes = fromBase64Url(text);
  if (!given || !bytes) return undefined;
  for (const master of masters) {
    if (await crypto.subtle.verify("HMAC", master.login, given, utf8(text))) {
      const asked = request.parse(JSON.parse(new TextDecoder().decode(bytes)));
      return asked.expires > now ? asked : undefined;
    }
  }
  return undefined;
}
