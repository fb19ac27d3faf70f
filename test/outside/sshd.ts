import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { COMMAND_USER, type InstalledCommand } from "./authorizedKeysCommand.ts";
import { makeSshKey, type SshKeyPair } from "./directory.ts";

const SSHD = "/usr/sbin/sshd";
const START_LIMIT_MS = 30_000;

export interface Sshd {
  /** Whether ssh gets in as root with that key. */
  letsIn(key: SshKeyPair): Promise<boolean>;
  /** What it has logged so far. */
  log(): string;
  /** The file of root's keys that it reads besides what the command prints. */
  localKeys: string;
  stop(): Promise<void>;
}

/**
 * Starts a real sshd on loopback that asks the installed command for keys, with a host key and configuration of its own.
 *
 * @throws Error if there is no sshd, or with its log if it does not get ready
 */
export async function startSshd({ directory, line }: InstalledCommand): Promise<Sshd> {
  if (!existsSync(SSHD)) throw new Error(`There is no ${SSHD}: install openssh-server.`);
  mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  const [configuration, logFile, knownHosts] = ["sshd_config", "sshd.log", "known_hosts"].map((name) =>
    join(directory, name),
  ) as [string, string, string];
  const hostKey = makeSshKey(directory);
  const port = await freePort();
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${hostKey.publicKey}\n`);
  writeFileSync(
    configuration,
    `ListenAddress 127.0.0.1:${port}
HostKey ${hostKey.path}
PidFile none
LogLevel VERBOSE
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AuthorizedKeysFile ${directory}/local-keys-of-%u
AuthorizedKeysCommand ${line}
AuthorizedKeysCommandUser ${COMMAND_USER}
`,
  );
  const sshd = spawn(SSHD, ["-D", "-f", configuration, "-E", logFile], { stdio: "ignore" });
  const closed = once(sshd, "close");
  const kill = () => void sshd.kill("SIGKILL");
  process.once("exit", kill);

  const log = () => (existsSync(logFile) ? readFileSync(logFile, "utf8") : "");
  const deadline = Date.now() + START_LIMIT_MS;
  while (!log().includes("Server listening")) {
    if (sshd.exitCode !== null || Date.now() > deadline) {
      kill();
      throw new Error(`sshd did not get ready:\n${log()}`);
    }
    await delay(20);
  }

  const options = [
    "BatchMode=yes",
    "IdentitiesOnly=yes",
    "IdentityAgent=none",
    `UserKnownHostsFile=${knownHosts}`,
    "StrictHostKeyChecking=yes",
  ].flatMap((option) => ["-o", option]);
  return {
    log,
    localKeys: join(directory, "local-keys-of-root"),
    letsIn: ({ path }) =>
      new Promise((resolve, reject) => {
        const args = ["-F", "none", ...options, "-i", path, "-p", String(port), "root@127.0.0.1", "echo in"];
        execFile("ssh", args, (error, stdout, stderr) => {
          if (!error && stdout === "in\n") resolve(true);
          else if (stderr.includes("Permission denied (publickey)")) resolve(false);
          else reject(new Error(`ssh neither got in nor was refused: ${stdout}${stderr}`));
        });
      }),
    async stop() {
      sshd.kill("SIGTERM");
      await closed;
      process.off("exit", kill);
    },
  };
}

/** A port of 127.0.0.1 on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
