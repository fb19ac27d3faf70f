import * as z from "zod/mini";
import { writeMethod } from "../../operation";
import { deleteHost as remove } from "../../store/hosts";
import { HOST_PUB_KEY } from "../examples";
import { instanceId, ok } from "../fields";

export const deleteHost = writeMethod({
  name: "pkiAdmin/deleteHost",
  summary: "Deletes a host with its URLs; the key histories of its users stay",
  access: "pki:write",
  changes: "directory",
  params: z.strictObject({ instanceId }),
  result: ok,
  errors: ["noHost"],
  example: { params: { instanceId: HOST_PUB_KEY }, result: "OK" },
  async write({ instanceId }, call) {
    const change = await call.db.run(remove(instanceId));
    if (change === "noHost") throw call.fail("noHost");
    await call.hostCache.overwrite(change.host, call.now());
    return "OK" as const;
  },
});
