import * as z from "zod/mini";
import { opaque, text } from "../../methods/fields";
import { readOnly, time, userId, username } from "../fields";

const MAX_TAGS = 100;
const MAX_ATTRIBUTES = 100;
const FIELD_CHARS = 256;
const COMMENT_CHARS = 1024;
const line = (description: string) => z.optional(text(1, FIELD_CHARS, description));

/** What a user is called beyond the username: PrivX's SDKs send these, and they are kept as given. */
export const profile = {
  full_name: line("Full name"),
  display_name: line("Display name"),
  first_name: line("First name"),
  last_name: line("Last name"),
  given_name: line("Given name"),
  job_title: line("Job title"),
  company: line("Company"),
  department: line("Department"),
  email: line("Email address"),
  telephone: line("Phone number"),
  locale: line("Locale"),
  windows_account: line("Windows account"),
  unix_account: line("Unix account"),
  comment: z.optional(opaque(1, COMMENT_CHARS, "Comment, which may have several lines")),
  tags: z.optional(z.array(text(1, FIELD_CHARS, "Tag")).check(z.maxLength(MAX_TAGS))),
  attributes: z.optional(
    z
      .array(
        z.strictObject({
          key: text(1, FIELD_CHARS, "Name of the attribute"),
          value: text(0, COMMENT_CHARS, "Value of the attribute"),
        }),
      )
      .check(z.maxLength(MAX_ATTRIBUTES)),
  ),
};

/** People log in with API keys: a password may come, and is neither kept nor given. */
const withoutEffect = readOnly(
  "id",
  "created",
  "updated",
  "author",
  "updated_by",
  "password",
  "password_change_required",
);

const profileOnly = z.object(profile);
export const userBody = z.strictObject({ username, ...profile, ...withoutEffect });
export const ofUser = z.strictObject({ user_id: userId });

/** The profile of a body, as JSON for the database. */
export const profileJson = (body: z.output<typeof userBody>): string =>
  JSON.stringify(profileOnly.parse(body));

const stamps = {
  created: time,
  updated: z.optional(time),
  author: z.optional(z.string()),
  updated_by: z.optional(z.string()),
};

/** A user in an answer of the user store. */
export const localUser = z.strictObject({ id: z.string(), username: z.string(), ...profile, ...stamps });

/** A user in an answer of the role store. */
export const roleUser = z.strictObject({
  id: z.string(),
  principal: z.string(),
  source: z.string(),
  source_user_id: z.string(),
  ...profile,
  tags: z.array(z.string()),
  roles: z.array(z.unknown()).check(z.meta({ description: "Always empty: there are no roles here" })),
  ...stamps,
});
