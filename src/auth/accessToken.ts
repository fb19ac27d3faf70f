import { type JWTPayload, jwtVerify, SignJWT } from "jose";
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
  const token = await new SignJWT({
    client_id: claims.apiKeyId,
    sid: claims.sessionId,
    scope: claims.scope.join(" "),
    ...(claims.bound.length > 0 && { cnf: { session: claims.bound } }),
  })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: key.kid })
    .setIssuer(claims.issuer)
    .setAudience(claims.issuer)
    .setSubject(claims.userId)
    .setJti(`${claims.sessionId}.${claims.generation}`)
    .setIssuedAt(Math.floor(claims.issued / 1000))
    .setExpirationTime(Math.ceil(claims.expires / 1000))
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
    const { payload } = await jwtVerify(
      token,
      (header) => {
        const key = keys.find((k) => k.kid === header.kid);
        if (!key) throw new Error("unknown key");
        return key.verify;
      },
      {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer,
        audience: issuer,
        currentDate: new Date(now),
        requiredClaims: ["exp"],
      },
    );
    return read(payload);
  } catch {
    return undefined;
  }
}

function read(payload: JWTPayload): VerifiedToken | undefined {
  const { sub, jti, sid, client_id: apiKeyId, exp } = payload;
  const generation = Number(jti?.split(".")[1]);
  if (!sub || typeof sid !== "string" || typeof apiKeyId !== "string" || !Number.isSafeInteger(generation))
    return undefined;
  return { sessionId: sid, generation, apiKeyId, userId: sub, expires: (exp as number) * 1000 };
}
