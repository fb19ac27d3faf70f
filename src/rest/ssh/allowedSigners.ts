import * as z from "zod/mini";
import { allowedSignersLine } from "../../keys/allowedSigners";
import { allSpans, type StoredSpan } from "../../store/sshSpans";
import { PUBLIC_KEY, USERNAME } from "../examples";
import { readRoute } from "../route";

export const allowedSigners = readRoute({
  name: "getAllowedSigners",
  summary: "Which key was whose and when, as `ssh-keygen -Y verify` and `git verify-commit` read it",
  http: { method: "GET", path: "/ssh/allowed_signers", gives: "text" },
  access: "ssh:read",
  params: z.strictObject({}),
  result: z.string(),
  errors: [],
  readsAll: true,
  example: {
    params: {},
    result: `${USERNAME} valid-after="20200731173228Z" ssh-ed25519 ${PUBLIC_KEY}\n`,
  },
  read: {
    query: () => allSpans(),
    answer: (spans) => {
      const lines = joined(spans).map(({ startDate, endDate, publicKey, ...span }) =>
        allowedSignersLine({ ...span, base64: publicKey, from: startDate, until: endDate ?? undefined }),
      );
      return lines.map((line) => (line === undefined ? "" : `${line}\n`)).join("");
    },
  },
});

/**
 * Joins spans of one key and name that follow each other without a gap, as a change of dates leaves them: the file counts
 * in whole seconds that lie in a span, so two lines would miss the second in which one ends and the other begins.
 */
function joined(spans: readonly StoredSpan[]): StoredSpan[] {
  const out: StoredSpan[] = [];
  for (const span of spans) {
    const last = out.at(-1);
    const goesOn =
      last?.principal === span.principal &&
      last.publicKey === span.publicKey &&
      last.endDate === span.startDate;
    if (last && goesOn) out[out.length - 1] = { ...last, endDate: span.endDate };
    else out.push(span);
  }
  return out;
}
