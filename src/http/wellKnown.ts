import { acceptedKeys } from "../auth/signingKeys";
import type { Context } from "../context";
import { json, type Reply, withHeaders } from "./reply";

/** `GET /.well-known/jwks.json` (RFC 7517): the keys that access tokens may be signed with now. */
export async function jwks({ config, now }: Context): Promise<Reply> {
  const keys = await acceptedKeys(config.masters, now());
  return withHeaders(json({ keys: keys.map((k) => k.jwk) }), {
    "cache-control": "max-age=300",
    vary: "Origin",
  });
}
