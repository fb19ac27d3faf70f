import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const READY = /^Veridge is ready on (http:\S+)$/m;
const START_LIMIT_MS = 120_000;
const END_LIMIT_MS = 30_000;

export interface ServerOptions {
  script?: "dev" | "start";
  /** The Worker's variables, given as `--var NAME:VALUE`. */
  vars?: Record<string, string>;
  /** Keeps the data beyond `stop`; otherwise they live in a temporary directory. */
  persistTo?: string;
  /** The checkout to run, in place of this one. */
  root?: string;
}

export interface Server {
  /** Its origin, such as `http://localhost:40123`. */
  url: string;
  /** What it has printed so far, stdout and stderr. */
  output(): string;
  /** Of npm, which leads a process group of its own. */
  pid: number;
  /** That group: npm and everything below it that is alive. */
  processes(): Process[];
  /** Settles when all of `processes` are gone; throws if one is still there after END_LIMIT_MS, and kills it. */
  ended(): Promise<void>;
  /** Sends npm a SIGTERM, waits for `ended` and removes the temporary directory. */
  stop(): Promise<void>;
}

interface Process {
  pid: number;
  command: string;
}

/**
 * Starts the directory as a user would, through npm, on a free port, and waits until it is ready.
 *
 * @throws Error with all that it printed, if it ends before it is ready or takes longer than START_LIMIT_MS
 */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const { script = "dev", vars = {}, root = process.cwd() } = options;
  const persistTo = options.persistTo ?? (await mkdtemp(join(tmpdir(), "veridge-data-")));
  const varArgs = Object.entries(vars).flatMap(([name, value]) => ["--var", `${name}:${value}`]);
  const npm = spawn("npm", ["run", script, "--", "--port", "0", "--persist-to", persistTo, ...varArgs], {
    cwd: root,
    detached: true, // a process group of its own, by which its descendants are found
    stdio: ["ignore", "pipe", "pipe"],
  });
  const pid = npm.pid as number;
  const processes = () => processesOf(pid);
  const kill = () => processes().forEach((each) => void process.kill(each.pid, "SIGKILL"));
  process.once("exit", kill);

  let output = "";
  const closed = once(npm, "close");
  const ready = new Promise<string>((resolve) => {
    for (const stream of [npm.stdout, npm.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        const [, origin] = READY.exec(output) ?? [];
        if (origin !== undefined) resolve(origin);
      });
    }
  });
  const url = await Promise.race([ready, closed, delay(START_LIMIT_MS, undefined, { ref: false })]);
  if (typeof url !== "string") {
    kill();
    throw new Error(`npm run ${script} did not get ready:\n${output}`);
  }

  const ended = async () => {
    const deadline = Date.now() + END_LIMIT_MS;
    while (processes().length > 0 && Date.now() < deadline) await delay(20);
    const left = processes();
    kill();
    process.off("exit", kill);
    if (left.length > 0) throw new Error(`left behind: ${left.map(({ command }) => command).join("\n")}`);
    await closed;
  };
  const stop = async () => {
    npm.kill("SIGTERM");
    await ended();
    if (options.persistTo === undefined) await rm(persistTo, { recursive: true, force: true });
  };
  return { url, pid, output: () => output, processes, ended, stop };
}

/** The living processes of a group, without those that are dead and only not yet waited for. */
function processesOf(group: number): Process[] {
  return execFileSync("ps", ["-A", "-o", "pid=,pgid=,stat=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, pgid, state]) => Number(pgid) === group && !state?.startsWith("Z"))
    .map(([pid, , , ...args]) => ({ pid: Number(pid), command: args.join(" ") }));
}
