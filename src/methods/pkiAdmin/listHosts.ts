import * as z from "zod/mini";
import { readMethod } from "../../operation";
import { allHosts } from "../../store/hosts";
import { HOST } from "../examples";
import { hostIdentity, nothing } from "../fields";

export const listHosts = readMethod({
  name: "pkiAdmin/listHosts",
  summary: "All hosts with their URLs",
  access: "pki:read",
  params: nothing,
  result: z.array(hostIdentity),
  errors: [],
  example: { params: {}, result: [HOST] },
  read: {
    query: allHosts,
    answer: (hosts) =>
      hosts.map(({ hostPubKey, urls }) => ({ instanceId: hostPubKey, hostPubKey, addresses: [...urls] })),
  },
});
