import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** Whom AuthorizedKeysCommandUser names: on every Unix, and owner of nothing. */
export const COMMAND_USER = "nobody";

export interface Settings {
  URL: string;
  KEEP_SECONDS?: string;
  EXPIRY?: string;
  CREDENTIALS?: string;
}

/** `examples/sshd/authorized-keys`, installed as its README says, in a directory of its own. */
export interface InstalledCommand {
  directory: string;
  /** For sshd_config: the script, %u, %f, and the configuration. */
  line: string;
  /** Writes the configuration. */
  configure(settings: Settings): void;
  /** Writes the file of credentials: a curl configuration. */
  setCredentials(curlConfiguration: string): void;
  /** Runs it as sshd does, as COMMAND_USER. `log` is what it tells the system's log. */
  run(username: string, fingerprint: string): Promise<{ status: number; output: string; log: string }>;
  /** The files that it keeps, as paths. */
  kept(): string[];
  uninstall(): void;
}

/**
 * @throws Error if it does not run as root: sshd wants the script and all directories above it owned by root and closed to
 * others, which those below /tmp are not
 */
export function installCommand(): InstalledCommand {
  if (process.getuid?.() !== 0)
    throw new Error("Tests of sshd must run as root, for sshd trusts only root's files.");
  const [uid = 0, gid = 0] = ["-u", "-g"].map((id) => Number(execFileSync("id", [id, COMMAND_USER])));
  const directory = mkdtempSync("/var/lib/veridge-test-");
  chmodSync(directory, 0o755);
  const [script, configuration, credentials, cache] = ["command", "conf", "credentials", "cache"].map(
    (name) => join(directory, name),
  ) as [string, string, string, string];
  cpSync("examples/sshd/authorized-keys", script);
  chmodSync(script, 0o755);
  mkdirSync(cache, 0o700);
  chownSync(cache, uid, gid);

  const write = (path: string, text: string) => {
    writeFileSync(path, text);
    chmodSync(path, 0o640);
    chownSync(path, 0, gid);
  };
  return {
    directory,
    line: `${script} %u %f ${configuration}`,
    configure(settings) {
      const all = { CREDENTIALS: credentials, CACHE: cache, ...settings };
      write(
        configuration,
        Object.entries(all)
          .map(([name, value]) => `${name}=${value}\n`)
          .join(""),
      );
    },
    setCredentials: (text) => write(credentials, text),
    run: (username, fingerprint) =>
      new Promise((resolve) => {
        const args = [username, fingerprint, configuration];
        execFile(script, args, { uid, gid, env: {} }, (error, output, log) =>
          resolve({ status: Number(error?.code ?? 0), output, log }),
        );
      }),
    kept: () => readdirSync(cache).map((name) => join(cache, name)),
    uninstall: () => rmSync(directory, { recursive: true }),
  };
}
