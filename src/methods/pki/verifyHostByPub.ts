import * as z from "zod/mini";
import { readMethod } from "../../operation";
import { HOST_PUB_KEY, HOST_URL } from "../examples";
import { hostPubKey, hostUrl } from "../fields";
import { hostLookup } from "./verifyHost";

export const verifyHostByPub = readMethod({
  name: "pki/verifyHostByPub",
  summary: "Whether the host with that public key has that URL now",
  access: "pki:read",
  publicRead: true,
  params: z.strictObject({ hostPubKey, hostUrl }),
  result: z.boolean(),
  errors: [],
  example: { params: { hostPubKey: HOST_PUB_KEY, hostUrl: HOST_URL }, result: true },
  read: {
    query: (params) => hostLookup.query(params.hostPubKey),
    answer: (host, params) => hostLookup.has(host, params.hostUrl),
    recall: (params, context) => hostLookup.recall(params.hostPubKey, context),
    remember: hostLookup.remember,
  },
});
