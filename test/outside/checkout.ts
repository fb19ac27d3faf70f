import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Copies the files of this checkout, but none that git ignores, such as local secrets, to a temporary directory; packages are shared. */
export async function copyCheckout(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "veridge-checkout-"));
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const files = execFileSync("git", list, { encoding: "utf8" }).split("\0").filter(existsSync);
  await Promise.all(files.map((file) => cp(file, join(directory, file))));
  await symlink(resolve("node_modules"), join(directory, "node_modules"));
  return directory;
}
