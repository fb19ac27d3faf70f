import { type Call, RpcError } from "./client";

/** The author of a message as PrivMX Endpoint's user verifier interface hands it over. */
export interface VerificationRequest {
  readonly contextId: string;
  readonly senderId: string;
  readonly senderPubKey: string;
  /** When the author says that it was written, in ms since 1970. */
  readonly date: number;
  /** The Bridge server that the author claims to be on. */
  readonly bridgeIdentity?: { readonly url: string; readonly pubKey?: string; readonly instanceId?: string };
}

export interface UserVerifier {
  /**
   * One answer a request, in order: whether the key was the sender's at the date.
   * @throws where there is no answer at all (network, credential, server): such a list must fail, never pass
   */
  verify(requests: readonly VerificationRequest[]): Promise<boolean[]>;
}

export interface UserVerifierOptions {
  /** That of a typed client whose token holds pki:read. */
  readonly call: Call;
  /** The application's own Bridge instance: its public key, as it is registered in this directory. */
  readonly instanceId: string;
  /** Clocks of authors' devices may be off by this much, 0 to 600000 ms; 0 where it is left out. */
  readonly toleranceMs?: number;
}

/** Keys that one pki/verifyKeys call takes. */
const CHUNK = 256;

/** No key at that date, and params that do not fit: what a message's author can bring about, so it is a no. */
const NO_CODES: readonly number[] = [80, -32602];

/**
 * A verifier for PrivMX Endpoint: one `pki/verifyKeys` call for up to 256 requests. A key that is unknown, malformed or was
 * not in force is false, and so is a request whose author claims another Bridge than one's own.
 */
export function createUserVerifier({ call, instanceId, toleranceMs }: UserVerifierOptions): UserVerifier {
  // Checked here, for one message with a date that JSON cannot hold would otherwise fail its whole list.
  const isAskable = (request: VerificationRequest): boolean =>
    isOwn(request) && Number.isFinite(request.date);
  const isOwn = ({ bridgeIdentity: claimed }: VerificationRequest): boolean =>
    (claimed?.instanceId ?? instanceId) === instanceId && (claimed?.pubKey ?? instanceId) === instanceId;

  const verifyChunk = async (chunk: readonly VerificationRequest[]): Promise<boolean[]> => {
    const params = {
      keys: chunk.map(({ contextId, senderId, senderPubKey, date }) => ({
        instanceId,
        contextId,
        userId: senderId,
        userPubKey: senderPubKey,
        date,
      })),
      ...(toleranceMs !== undefined && { toleranceMs }),
    };
    return call("pki/verifyKeys", params).catch((error) => {
      if (error instanceof RpcError && NO_CODES.includes(error.code)) return chunk.map(() => false);
      throw error;
    });
  };

  return {
    async verify(requests) {
      const asked = requests.flatMap((request, i) => (isAskable(request) ? [i] : []));
      const answers = requests.map(() => false);
      for (let from = 0; from < asked.length; from += CHUNK) {
        const places = asked.slice(from, from + CHUNK);
        const valid = await verifyChunk(places.map((i) => requests[i] as VerificationRequest));
        if (valid.length !== places.length)
          throw new Error("the directory answered for another number of keys");
        // Only true passes: whatever else stands in an answer is no yes.
        for (const [n, i] of places.entries()) answers[i] = valid[n] === true;
      }
      return answers;
    },
  };
}
