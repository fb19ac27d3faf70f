import type * as z from "zod/mini";
import type { StoredUser } from "../../store/users";
import { LOCAL_SOURCE } from "../examples";
import { formatDateTime } from "../rfc3339";
import type { localUser } from "./fields";

const profileOf = ({ profile }: StoredUser) =>
  JSON.parse(profile) as Omit<
    z.output<typeof localUser>,
    "id" | "username" | "created" | "updated" | "author" | "updated_by"
  >;

const stampsOf = ({ createDate, author, updateDate, updatedBy }: StoredUser) => ({
  created: formatDateTime(createDate),
  ...(updateDate !== null && { updated: formatDateTime(updateDate) }),
  ...(author !== null && { author }),
  ...(updatedBy !== null && { updated_by: updatedBy }),
});

/** A user as the user store answers it. */
export const localUserOf = (user: StoredUser) => ({
  id: user.id,
  username: user.username,
  ...profileOf(user),
  ...stampsOf(user),
});

/** The same user as the role store answers it. */
export function roleUserOf(user: StoredUser) {
  const { tags = [], ...profile } = profileOf(user);
  return {
    id: user.id,
    principal: user.username,
    source: LOCAL_SOURCE,
    source_user_id: user.id,
    ...profile,
    tags,
    roles: [],
    ...stampsOf(user),
  };
}
