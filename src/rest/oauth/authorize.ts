import * as z from "zod/mini";
import { signLoginToken } from "../../auth/loginToken";
import { randomSessionId } from "../../ids";
import { LOGIN_TOKEN_MS } from "../../limits";
import { writeRoute } from "../route";
import { clientId, codeChallenge, redirectUri, scope, state } from "./fields";

const LOGIN_PAGE = "/login";

export const authorize = writeRoute({
  name: "authorize",
  summary: "Start a log-in with PKCE: leads to this server's login page, never to redirect_uri",
  http: { method: "GET", path: "/auth/api/v1/oauth/authorize", gives: "redirect", status: 307, oauth: true },
  access: "everyone",
  changes: "directory",
  params: z.strictObject({
    query: z.object({
      response_type: z.literal("code"),
      client_id: clientId,
      redirect_uri: redirectUri,
      state: z.optional(state),
      scope: z.optional(scope),
      code_challenge: codeChallenge,
      code_challenge_method: z.literal("S256"),
    }),
  }),
  result: z.string(),
  errors: [],
  example: {
    params: {
      query: {
        response_type: "code",
        client_id: "privx-ui",
        redirect_uri: "/privx/oauth-callback",
        state: "XTqVQ8QvlHPMuRrR",
        code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        code_challenge_method: "S256",
      },
    },
    result: `${LOGIN_PAGE}?token=eyJjbGllbnRfaWQiOiJwcml2eC11aSJ9.bWFj`,
  },
  async write({ query }, { config, now, random, fail }) {
    const { client_id, redirect_uri, state, scope = [], code_challenge } = query;
    if (!isOwnPath(redirect_uri) && !config.oauthRedirects.includes(redirect_uri)) {
      const expected = "redirect_uri: expected a path on this server, or one of OAUTH_REDIRECTS";
      throw fail("invalidParams", expected, "redirect_uri");
    }
    const token = await signLoginToken(config.masters, {
      client_id,
      redirect_uri,
      ...(state !== undefined && { state }),
      scope: scope.join(" "),
      code_challenge,
      expires: now() + LOGIN_TOKEN_MS,
      id: randomSessionId(random),
    });
    return `${LOGIN_PAGE}?token=${token}`;
  },
});

const SELF = "https://self.invalid";

/** A path, which no reading of it as a URL takes to another origin: `//host` and `/\host` are such readings. */
const isOwnPath = (uri: string): boolean =>
  uri.startsWith("/") && !uri.includes("#") && URL.parse(uri, SELF)?.origin === SELF;
