import * as z from "zod/mini";
import { writeMethod } from "../../operation";
import { TOKENS } from "../examples";
import { ok, opaque } from "../fields";

export const bindAccessToken = writeMethod({
  name: "auth/bindAccessToken",
  summary: "Gives later calls of this WebSocket the token's rights",
  access: "everyone",
  changes: "directory",
  checksSecret: true,
  params: z.strictObject({ accessToken: opaque(0, 1024, "Access token made before") }),
  result: ok,
  errors: ["websocketOnly"],
  example: { params: { accessToken: TOKENS.accessToken }, result: "OK" },
  async write(_params, call) {
    throw call.fail("websocketOnly");
  },
});
