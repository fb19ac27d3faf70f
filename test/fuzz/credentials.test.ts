import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { rest } from "../rest/support";
import { code, ownerKey, post, type RpcAnswer, tokenFor } from "../support";
import { digest } from "./digest";
import { hostileText } from "./hostile";

let token: string;
let owner: { apiKeyId: string; apiKeySecret: string };

beforeAll(async () => {
  token = await tokenFor();
  owner = await ownerKey();
});

/** What of a text an HTTP header can hold. */
const headerText = hostileText.map((t) => t.replaceAll(/[^\x20-\x7e]/g, ""));
const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** A good text with one character changed; not the last one, of which base64 ignores some bits. */
const altered = (good: () => string) =>
  fc.tuple(fc.nat(), fc.constantFrom("A", "b", "-", ".", "=", " ")).map(([n, c]) => {
    const text = good();
    const at = n % (text.length - 1);
    return text[at] === c ? `${c}${text}` : text.slice(0, at) + c + text.slice(at + 1);
  });

const value = fc.oneof(
  headerText,
  altered(() => token),
  hostileText.map(base64),
  altered(() => owner.apiKeySecret).map((secret) => base64(`${owner.apiKeyId}:${secret}`)),
  fc.array(headerText, { maxLength: 6 }).map((parts) => parts.join(";")),
  headerText.map((signature) => `${owner.apiKeyId};1;${Date.now()};nonce;${signature}`),
);
const scheme = fc.constantFrom("Bearer ", "bearer\t", "Basic ", "BASIC  ", "pmx-hmac-sha256 ", "Digest ", "");

test("no header but a good one lets anybody in, and none changes anything", async () => {
  const before = await digest();
  await fc.assert(
    fc.asyncProperty(scheme, value, fc.boolean(), async (name, text, asUserToken) => {
      const headers: Record<string, string> = asUserToken
        ? { "x-user-token": text }
        : { authorization: name + text };
      expect(await code("pkiAdmin/listHosts", {}, { headers })).toBe(14);
      const { status } = await rest("GET", "/role-store/api/v1/users/current", { headers });
      expect(status).toBe(401);
    }),
    { numRuns: 300 },
  );
  expect(await digest()).toBe(before);
});

test("no token member but a good one lets anybody in", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        hostileText,
        altered(() => token),
      ),
      async (text) => {
        const request = { jsonrpc: "2.0", id: 1, method: "pkiAdmin/listHosts", token: text };
        const { error } = await (await post(request)).json<RpcAnswer>();
        expect(error?.code).toBe(14);
      },
    ),
    { numRuns: 100 },
  );
});
