import { exportAudit } from "./audit/export";
import { createKey } from "./authorizedKeys/create";
import { deleteKey } from "./authorizedKeys/delete";
import { getKey } from "./authorizedKeys/get";
import { importKeys } from "./authorizedKeys/import";
import { listUserKeys } from "./authorizedKeys/list";
import { listAllKeys } from "./authorizedKeys/listAll";
import { resolveKey } from "./authorizedKeys/resolve";
import { updateKey } from "./authorizedKeys/update";
import { authorize } from "./oauth/authorize";
import { login } from "./oauth/login";
import { logout } from "./oauth/logout";
import { token } from "./oauth/token";
import { metrics } from "./ops/metrics";
import { allowedSigners } from "./ssh/allowedSigners";
import { authorizedKeysFile } from "./ssh/authorizedKeysFile";
import { createUser } from "./users/create";
import { deleteUser } from "./users/delete";
import { getUser } from "./users/get";
import { getRoleUser } from "./users/getRoleUser";
import { listUsers } from "./users/list";
import { searchUsers } from "./users/search";
import { updateUser } from "./users/update";

/** Every route of the REST API. */
export const ROUTES = [
  listUserKeys,
  createKey,
  getKey,
  updateKey,
  deleteKey,
  importKeys,
  listAllKeys,
  resolveKey,
  getRoleUser,
  searchUsers,
  listUsers,
  createUser,
  getUser,
  updateUser,
  deleteUser,
  authorize,
  login,
  token,
  logout,
  authorizedKeysFile,
  allowedSigners,
  exportAudit,
  metrics,
] as const;
