/**
 * Verifies the authors of messages for PrivMX Endpoint by this directory. Give the verifier to an Endpoint connection:
 *
 *     connection.setUserVerifier(directoryVerifier({ ... }));
 */

import { createClient } from "veridge/client";
import { createUserVerifier, type UserVerifier } from "veridge/verifier";

export interface Directory {
  /** Origin of the directory, such as `https://keys.example.com`. */
  readonly url: string;
  /** An API key of the application whose scope is pki:read. */
  readonly apiKeyId: string;
  readonly apiKeySecret: string;
  /** Public key of the application's own Bridge server, as it is registered in the directory. */
  readonly instanceId: string;
}

const RENEW_BEFORE_MS = 60_000;
const TOLERANCE_MS = 60_000;

export function directoryVerifier({ url, apiKeyId, apiKeySecret, instanceId }: Directory): UserVerifier {
  const anonymous = createClient({ url });
  let token: { readonly text: string; readonly renewAt: number } | undefined;

  const freshToken = async (): Promise<string> => {
    if (token === undefined || Date.now() >= token.renewAt) {
      const { accessToken, accessTokenExpiresIn } = await anonymous.call("auth/token", {
        grantType: "client_credentials",
        clientId: apiKeyId,
        clientSecret: apiKeySecret,
        scope: ["pki:read"],
      });
      token = { text: accessToken, renewAt: Date.now() + accessTokenExpiresIn - RENEW_BEFORE_MS };
    }
    return token.text;
  };

  const { call } = createClient({ url, token: freshToken });
  return createUserVerifier({ call, instanceId, toleranceMs: TOLERANCE_MS });
}
