import * as z from "zod/mini";
import { writeMethod } from "../../operation";
import { addHost } from "../../store/hosts";
import { HOST_PUB_KEY, HOST_URL } from "../examples";
import { hostPubKey, hostUrl } from "../fields";

export const setHost = writeMethod({
  name: "pkiAdmin/setHost",
  summary: "Registers a host with its first URL; gives its instance id",
  access: "pki:write",
  changes: "directory",
  params: z.strictObject({ hostPubKey, hostUrl }),
  result: z.string(),
  errors: ["hostExists", "urlReserved", "cannotAddHost"],
  example: { params: { hostPubKey: HOST_PUB_KEY, hostUrl: HOST_URL }, result: HOST_PUB_KEY },
  async write({ hostPubKey, hostUrl: url }, call) {
    const change = await call.db.run(addHost({ hostPubKey, url }));
    if (change === "hostTaken") throw call.fail("hostExists");
    if (change === "urlTaken") throw call.fail("urlReserved");
    if (change === "full") throw call.fail("cannotAddHost");
    await call.hostCache.overwrite(change.host, call.now());
    return hostPubKey;
  },
});
