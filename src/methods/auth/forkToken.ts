import * as z from "zod/mini";
import { grantFork } from "../../auth/grants";
import { writeMethod } from "../../operation";
import { TOKENS } from "../examples";
import { refreshToken, sessionName, tokens } from "../fields";
import { tokensOf } from "./tokensOf";

export const forkToken = writeMethod({
  name: "auth/forkToken",
  summary: "Gives tokens for a new named session with the same rights; the refresh token stays good",
  access: "everyone",
  changes: "credentials",
  checksSecret: true,
  params: z.strictObject({ refreshToken, sessionName }),
  result: tokens,
  errors: ["tooManyLogins", "tokenExpired", "tokenInvalid", "invalidRequest"],
  example: {
    params: { refreshToken: TOKENS.refreshToken, sessionName: "myNewSession" },
    result: { ...TOKENS, sessionName: "myNewSession" },
  },
  write: async ({ refreshToken, sessionName }, call) =>
    tokensOf(await grantFork(refreshToken, sessionName, call)),
});
