import type { Operation } from "../operation";
import { list as listAudit } from "./audit/list";
import { bindAccessToken } from "./auth/bindAccessToken";
import { createFirstApiKey } from "./auth/createFirstApiKey";
import { forkToken } from "./auth/forkToken";
import { token } from "./auth/token";
import { getCurrentKey } from "./pki/getCurrentKey";
import { getHost } from "./pki/getHost";
import { getKeyAt } from "./pki/getKeyAt";
import { getKeyHistory } from "./pki/getKeyHistory";
import { verifyHostById } from "./pki/verifyHostById";
import { verifyHostByPub } from "./pki/verifyHostByPub";
import { verifyKey } from "./pki/verifyKey";
import { verifyKeys } from "./pki/verifyKeys";
import { addHostUrl } from "./pkiAdmin/addHostUrl";
import { deleteHost } from "./pkiAdmin/deleteHost";
import { deleteKey } from "./pkiAdmin/deleteKey";
import { listHosts } from "./pkiAdmin/listHosts";
import { listKeys } from "./pkiAdmin/listKeys";
import { removeHostUrl } from "./pkiAdmin/removeHostUrl";
import { setHost } from "./pkiAdmin/setHost";
import { setKey } from "./pkiAdmin/setKey";
import { discover } from "./rpc/discover";
import { addApiKey } from "./user/addApiKey";
import { deleteApiKey } from "./user/deleteApiKey";
import { deleteSession } from "./user/deleteSession";
import { getApiKey } from "./user/getApiKey";
import { listApiKeys } from "./user/listApiKeys";
import { listSessions } from "./user/listSessions";
import { updateApiKey } from "./user/updateApiKey";

/** Every JSON-RPC method. */
export const METHODS = [
  bindAccessToken,
  createFirstApiKey,
  forkToken,
  token,
  addApiKey,
  deleteApiKey,
  deleteSession,
  getApiKey,
  listApiKeys,
  listSessions,
  updateApiKey,
  getCurrentKey,
  getHost,
  getKeyAt,
  getKeyHistory,
  verifyHostById,
  verifyHostByPub,
  verifyKey,
  verifyKeys,
  addHostUrl,
  deleteHost,
  deleteKey,
  listHosts,
  listKeys,
  removeHostUrl,
  setHost,
  setKey,
  listAudit,
  discover,
] as const;

const byName = new Map<string, Operation>(METHODS.map((m) => [m.name, m]));

/** The document writes `pkiadmin/` in places: both spellings are one API. */
export const findMethod = (name: string): Operation | undefined =>
  byName.get(name.startsWith("pkiadmin/") ? `pkiAdmin/${name.slice("pkiadmin/".length)}` : name);
