import * as z from "zod/mini";
import { writeMethod } from "../../operation";
import { removeUrl } from "../../store/hosts";
import { HOST_PUB_KEY, HOST_URL } from "../examples";
import { hostUrl, instanceId, ok } from "../fields";

export const removeHostUrl = writeMethod({
  name: "pkiAdmin/removeHostUrl",
  summary: "Takes a URL from a host; the last one may go",
  access: "pki:write",
  changes: "directory",
  params: z.strictObject({ instanceId, hostUrl }),
  result: ok,
  errors: ["noHost", "noHostUrl"],
  example: { params: { instanceId: HOST_PUB_KEY, hostUrl: HOST_URL }, result: "OK" },
  async write({ instanceId: hostPubKey, hostUrl: url }, call) {
    const change = await call.db.run(removeUrl({ hostPubKey, url }));
    if (change === "noHost") throw call.fail("noHost");
    if (change === "noUrl") throw call.fail("noHostUrl");
    await call.hostCache.overwrite(change.host, call.now());
    return "OK" as const;
  },
});
