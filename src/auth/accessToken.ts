import { CompactSign, compactVerify } from "jose";
import { utf8 } from "../bytes";
import { MAX_TOKEN_CHARS } from "../limits";
import type { Masters } from "./secrets";
import { acceptedKeys, signingEpoch, signingKey } from "./signingKeys";

/** What an access token states. Whether its session still lives, and with which rights, only the database knows. */
export interface AccessClaims {
  readonly issuer: string;
  readonly userId: string;
  readonly apiKeyId: string;
  readonly sessionId: string;
  readonly generation: number;
  /** ms */
  readonly issued: number;
  /** ms; the token's `exp` is the second after it */
  readonly expires: number;
  /** The granting entries alone. */
  readonly scope: readonly string[];
  /** Kinds of restriction that the session holds, so that another verifier knows it is no plain bearer token. */
  readonly bound: readonly string[];
}

const TYPE = "at+jwt";
const ALGORITHM = "EdDSA";

/** Signs an access token (RFC 9068) with the current epoch's key. */
export async function signAccessToken([master]: Masters, claims: AccessClaims, now: number): Promise<string> {
  const key = await signingKey(master, signingEpoch(now));
  const payload = {
    iss: claims.issuer,
    aud: claims.issuer,
    sub: claims.userId,
    client_id: claims.apiKeyId,
    sid: claims.sessionId,
    jti: `${claims.sessionId}.${claims.generation}`,
    scope: claims.scope.join(" "),
    iat: Math.floor(claims.issued / 1000),
    exp: Math.ceil(claims.expires / 1000),
    ...(claims.bound.length > 0 && { cnf: { session: claims.bound } }),
  };
  const token = await new CompactSign(utf8(JSON.stringify(payload)))
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: key.kid })
    .sign(key.sign);
  if (token.length > MAX_TOKEN_CHARS) throw new Error("the origin is too long for a token: set ISSUER");
  return token;
}

/** What a verified token says that matters here; undefined where it is no token of ours that is in force. */
export interface VerifiedToken {
  readonly sessionId: string;
  readonly generation: number;
  readonly apiKeyId: string;
  readonly userId: string;
  /** `exp` in ms */
  readonly expires: number;
}

/** Verifies signature, type, algorithm, issuer, audience and expiry; nothing is looked up. */
export async function verifyAccessToken(
  masters: Masters,
  token: string,
  issuer: string,
  now: number,
): Promise<VerifiedToken | undefined> {
  if (token.length > MAX_TOKEN_CHARS) return undefined;
  const keys = await acceptedKeys(masters, now);
  try {
    const { payload, protectedHeader } = await compactVerify(
      token,
      (header) => {
        const key = keys.find((k) => k.kid === header.kid);
        if (!key) throw new Error("unknown key");
        return key.verify;
      },
      { algorithms: [ALGORITHM] },
    );
    if (protectedHeader.typ !== TYPE) return undefined;
    return read(JSON.parse(new TextDecoder().decode(payload)), issuer, now);
  } catch {
    return undefined;
  }
}

/** What claims that this server signed say, if it signed them as this issuer and they have not expired (RFC 9068, section 4). */
function read(claims: Record<string, unknown>, issuer: string, now: number): VerifiedToken | undefined {
  const { iss, aud, sub, jti, sid, client_id, exp, nbf } = claims;
  if (iss !== issuer || aud !== issuer || nbf !== undefined) return undefined;
  if (typeof exp !== "number" || exp * 1000 <= now) return undefined;
  if (typeof sub !== "string" || typeof sid !== "string" || typeof client_id !== "string") return undefined;
  const generation = typeof jti === "string" ? Number(jti.split(".")[1]) : Number.NaN;
  if (!Number.isSafeInteger(generation)) return undefined;
  return { sessionId: sid, generation, apiKeyId: client_id, userId: sub, expires: exp * 1000 };
}
