import { acceptedKeys } from "../auth/signingKeys";
import type { Context } from "../context";

/** `GET /.well-known/jwks.json` (RFC 7517): the keys that access tokens may be signed with now. */
export async function jwks({ config, now }: Context): Promise<Response> {
  const keys = await acceptedKeys(config.masters, now());
  return Response.json({ keys: keys.map((k) => k.jwk) }, { headers: { "cache-control": "max-age=300" } });
}
