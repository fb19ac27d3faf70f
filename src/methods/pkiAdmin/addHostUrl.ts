import * as z from "zod/mini";
import { writeMethod } from "../../operation";
import { addUrl } from "../../store/hosts";
import { HOST_PUB_KEY } from "../examples";
import { hostUrl, instanceId, ok } from "../fields";

export const addHostUrl = writeMethod({
  name: "pkiAdmin/addHostUrl",
  summary: "Adds a URL to a host",
  access: "pki:write",
  changes: "directory",
  params: z.strictObject({ instanceId, hostUrl }),
  result: ok,
  errors: ["noHost", "hostUrlExists", "urlReserved", "cannotAddUrl"],
  example: {
    params: { instanceId: HOST_PUB_KEY, hostUrl: "https://bridge-2.example.com/api/v2.0" },
    result: "OK",
  },
  async write({ instanceId: hostPubKey, hostUrl: url }, call) {
    const change = await call.db.run(addUrl({ hostPubKey, url }));
    if (change === "noHost") throw call.fail("noHost");
    if (change === "ownUrl") throw call.fail("hostUrlExists");
    if (change === "urlTaken") throw call.fail("urlReserved");
    if (change === "full") throw call.fail("cannotAddUrl");
    await call.hostCache.overwrite(change.host, call.now());
    return "OK" as const;
  },
});
