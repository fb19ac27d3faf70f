import * as z from "zod/mini";
import { proveToken } from "../../auth/claim";
import { writeMethod } from "../../operation";
import { TOKENS } from "../examples";
import { ok, opaque } from "../fields";

export const bindAccessToken = writeMethod({
  name: "auth/bindAccessToken",
  summary: "Gives later calls of this WebSocket the token's rights",
  access: "everyone",
  changes: "binding",
  checksSecret: true,
  params: z.strictObject({ accessToken: opaque(0, 1024, "Access token made before") }),
  result: ok,
  errors: ["websocketOnly"],
  example: { params: { accessToken: TOKENS.accessToken }, result: "OK" },
  async write({ accessToken }, call) {
    if (!call.socket) throw call.fail("websocketOnly");
    call.socket.bound = await proveToken(accessToken, call);
    return "OK" as const;
  },
});
