import * as z from "zod/mini";
import { readMethod } from "../../operation";
import { HOST_PUB_KEY, HOST_URL } from "../examples";
import { hostUrl, instanceId } from "../fields";
import { hostLookup } from "./verifyHost";

export const verifyHostById = readMethod({
  name: "pki/verifyHostById",
  summary: "Whether the host with that instance id has that URL now",
  access: "pki:read",
  publicRead: true,
  params: z.strictObject({ instanceId, hostUrl }),
  result: z.boolean(),
  errors: [],
  example: { params: { instanceId: HOST_PUB_KEY, hostUrl: HOST_URL }, result: true },
  read: {
    query: (params) => hostLookup.query(params.instanceId),
    answer: (host, params) => hostLookup.has(host, params.hostUrl),
    recall: (params, context) => hostLookup.recall(params.instanceId, context),
    remember: hostLookup.remember,
  },
});
