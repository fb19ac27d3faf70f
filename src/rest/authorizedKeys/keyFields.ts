import type { Context } from "../../context";
import type { Failure } from "../../errors";
import { fingerprint } from "../../keys/fingerprint";
import type { NewSshKey } from "../../store/sshKeyRegistration";
import type { KeyBody } from "./fields";
import { validityOf } from "./validity";

interface ByContext extends Context {
  fail(error: "invalidParams", sentence: string, property: string): Failure;
}

/** What is stored of a key's body. @throws Failure `invalidParams` */
export function keyFields(body: KeyBody, { config, now, fail }: ByContext): Omit<NewSshKey, "id"> {
  const { public_key, not_before: notBefore, not_after: notAfter, expires_in: expiresIn } = body;
  const validity = validityOf({ notBefore, notAfter, expiresIn }, now(), config.sshKeyMaxMs);
  if ("property" in validity) throw fail("invalidParams", validity.sentence, validity.property);
  const { enable_interactive_auth: interactive } = body;
  return {
    name: body.name,
    comment: (body.comment ?? public_key.comment) || null,
    algorithm: public_key.algorithm,
    publicKey: public_key.base64,
    fingerprint: fingerprint(public_key.blob),
    ...validity,
    sourceAddress: body.source_address ?? [],
    interactive: interactive === undefined ? null : Number(interactive),
  };
}
