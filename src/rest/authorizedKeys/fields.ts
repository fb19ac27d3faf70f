import * as z from "zod/mini";
import { MAX_KEY_COMMENT_CHARS, MAX_KEY_NAME_CHARS, MAX_SOURCE_ADDRESSES } from "../../limits";
import { text } from "../../methods/fields";
import { dateTime, keyId, publicKey, readOnly, sourceAddress, time, userIdOrCurrent } from "../fields";

export const ofUser = z.strictObject({ user_id: userIdOrCurrent });
export const ofKey = z.strictObject({ user_id: userIdOrCurrent, key_id: keyId });

/** What registers or replaces a key. */
export const keyBody = z.strictObject({
  name: text(1, MAX_KEY_NAME_CHARS, "Name for authorized key"),
  comment: z.optional(text(1, MAX_KEY_COMMENT_CHARS, "Comment; the one in public_key where it is left out")),
  public_key: publicKey,
  not_before: z.optional(dateTime("Start of key validity period")),
  not_after: z.optional(dateTime("End of key validity period")),
  expires_in: z.optional(
    z.int().check(
      z.nonnegative(),
      z.meta({
        description: "Seconds; used only if not_before and not_after are empty; 0 counts as absent",
      }),
    ),
  ),
  source_address: z.optional(z.array(sourceAddress).check(z.maxLength(MAX_SOURCE_ADDRESSES))),
  enable_interactive_auth: z.optional(z.boolean()),
  ...readOnly(
    "id",
    "username",
    "user_id",
    "source",
    "fingerprints",
    "created",
    "updated",
    "author",
    "updated_by",
  ),
});

export type KeyBody = z.output<typeof keyBody>;

/** A key in an answer. */
export const key = z.strictObject({
  id: z.string(),
  username: z.string(),
  user_id: z.string(),
  source: z.string(),
  name: z.string(),
  comment: z.optional(z.string()),
  public_key: z.string().check(z.meta({ description: "The base64 blob" })),
  not_before: z.optional(time),
  not_after: z.optional(time),
  expires_in: z.optional(
    z
      .int()
      .check(
        z.meta({ description: "Seconds left; 0 once expired, absent before not_before or without an end" }),
      ),
  ),
  source_address: z.array(z.string()),
  fingerprints: z
    .array(z.string())
    .check(z.meta({ description: "SHA256 fingerprint as `ssh-keygen -lf` prints it" })),
  enable_interactive_auth: z.optional(z.boolean()),
  created: time,
  updated: z.optional(time),
  author: z.string(),
  updated_by: z.optional(z.string()),
});
