import * as z from "zod/mini";
import { readMethod } from "../../operation";
import { hostByKey, hostByUrl } from "../../store/hosts";
import { HOST, HOST_PUB_KEY, HOST_URL } from "../examples";
import { hostIdentity, hostUrl, instanceId } from "../fields";

export const getHost = readMethod({
  name: "pki/getHost",
  summary: "The host with that instance id, that URL, or both",
  access: "pki:read",
  publicRead: true,
  params: z
    .strictObject({ instanceId: z.optional(instanceId), hostUrl: z.optional(hostUrl) })
    .check(
      z.refine((p) => p.instanceId !== undefined || p.hostUrl !== undefined, "instanceId, hostUrl, or both"),
    ),
  result: hostIdentity,
  errors: ["noHostFound"],
  example: { params: { instanceId: HOST_PUB_KEY, hostUrl: HOST_URL }, result: HOST },
  read: {
    query: (params) =>
      params.instanceId === undefined ? hostByUrl(params.hostUrl ?? "") : hostByKey(params.instanceId),
    answer(host, params, call) {
      const matches = host && (params.hostUrl === undefined || host.urls.includes(params.hostUrl));
      if (!matches) throw call.fail("noHostFound");
      return { instanceId: host.hostPubKey, hostPubKey: host.hostPubKey, addresses: [...host.urls] };
    },
  },
});
