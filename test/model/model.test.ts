import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { expectInvariants } from "../invariants";
import {
  type Action,
  type Answered,
  actionOf,
  credentialOf,
  KINDS,
  RPC_KINDS,
  type Step,
  type World,
} from "./actions";
import type { Directory } from "./directory";
import { type Lines, openLines, seenOf, send, sendBatch, sendFrame } from "./exchange";
import { observe, view } from "./view";
import { freshWorld } from "./world";

/** VERIDGE_MODEL_RUNS asks for more, VERIDGE_MODEL_SEED for those of an earlier run. */
const RUNS = Number(env.VERIDGE_MODEL_RUNS ?? 2000);
const SEED = Number(env.VERIDGE_MODEL_SEED ?? Date.now() % 2 ** 31);
const MS_A_RUN = 1000;
/** Well within the lifetime of an access token. */
const RUNS_A_LOGIN = 1000;
let played = 0;

const small = fc.nat({ max: 11 });
const stepOf = (kinds: typeof KINDS) =>
  fc.record({ kind: fc.constantFrom(...kinds), who: small, a: small, b: small, c: small });
const group = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ way: fc.constant("alone" as const), steps: fc.tuple(stepOf(KINDS)) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ way: fc.constant("frame" as const), steps: fc.tuple(stepOf(RPC_KINDS)) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      way: fc.constant("parallel" as const),
      steps: fc.tuple(stepOf(KINDS), stepOf(KINDS)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      way: fc.constant("batch" as const),
      steps: fc.array(stepOf(RPC_KINDS), { minLength: 2, maxLength: 4 }),
    }),
  },
);
const sequence = fc.array(group, { minLength: 2, maxLength: 4 });

/** Refusals by the thousand are no news, and to hand their log lines on takes longer than to make them. */
beforeAll(() => void vi.spyOn(console, "info").mockImplementation(() => undefined));
afterAll(() => vi.restoreAllMocks());

interface Group {
  readonly way: "alone" | "frame" | "parallel" | "batch";
  readonly steps: readonly Step[];
}

const first = { who: 0, c: 0 };
/** Every sequence starts with an administrator, somebody with SSH keys of their own, and one who is logged in. */
const START: readonly Group[] = [
  {
    way: "batch",
    steps: [
      { kind: "addApiKey", ...first, a: 0, b: 0 },
      { kind: "addApiKey", ...first, a: 2, b: 1 },
    ],
  },
  { way: "alone", steps: [{ kind: "logIn", ...first, a: 0, b: 0 }] },
];

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/**
 * What the directory answers to calls in that order, and what it is then. A caller is proven before the call takes effect:
 * with `early`, before any other call of the group did.
 */
function replay(
  before: Directory,
  actions: readonly Action[],
  answers: readonly Answered[],
  { order, early }: Play,
) {
  const after = structuredClone(before);
  const judged: unknown[] = [];
  for (const i of order) judged[i] = actions[i]?.judge(after, answers[i] as Answered, early ? before : after);
  return { after, judged };
}

interface Play {
  readonly order: readonly number[];
  readonly early: boolean;
}
const PARALLEL = [false, true].flatMap((early) => [
  { order: [0, 1], early },
  { order: [1, 0], early },
]);

/** Sends a group, of parallel calls one as a frame, and gives what the directory may be after it: one of several, where parallel calls fit in both orders. */
async function play({ way, steps }: Group, world: World, before: readonly Directory[], lines: Lines) {
  const shared = credentialOf(steps[0] as Step, world);
  const actions = steps.map((s) => actionOf(s, world, way === "batch" ? shared : credentialOf(s, world)));
  const answers =
    way === "batch"
      ? await sendBatch(actions, lines)
      : await Promise.all(
          actions.map((action, i) => (way === "frame" || i === 1 ? sendFrame : send)(action, lines)),
        );
  const seen = seenOf(actions, answers);
  const plays = way === "parallel" ? PARALLEL : [{ order: [...actions.keys()], early: false }];
  const replays = before.flatMap((d) => plays.map((p) => replay(d, actions, answers, p)));
  const fitting = replays.filter(({ judged }) => same(judged, seen));
  if (fitting.length === 0) expect(seen, JSON.stringify(steps)).toEqual(replays[0]?.judged);
  for (const [i, { code, result }] of answers.entries()) if (code === 0) actions[i]?.learn?.(result);
  return fitting.map(({ after }) => after);
}

test(`${RUNS} random sequences are answered as the model answers them (seed ${SEED})`, {
  timeout: RUNS * MS_A_RUN,
}, async () => {
  let lines = await openLines();
  await fc.assert(
    fc.asyncProperty(sequence, async (groups) => {
      const { world, directory } = await freshWorld();
      if (++played % RUNS_A_LOGIN === 0) lines = await openLines();
      let possible: readonly Directory[] = [directory];
      for (const group of [...START, ...groups]) possible = await play(group, world, possible, lines);
      const observed = await observe(world, lines.owner);
      const views = possible.map((d) => view(d, world));
      if (!views.some((v) => same(v, observed))) expect(observed).toEqual(views[0]);
    }),
    { numRuns: RUNS, seed: SEED },
  );
  await expectInvariants();
});
