import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Each test that docs/threat-model.md names, as `file` "name", "name". */
function named(): { file: string; name: string }[] {
  const text = readFileSync("docs/threat-model.md", "utf8");
  return [...text.matchAll(/`(test\/[\w/]+\.test\.ts)`((?:,? "[^"]+")+)/g)].flatMap(([, file, names]) =>
    [...(names as string).matchAll(/"([^"]+)"/g)].map(([, name]) => ({
      file: file as string,
      name: name as string,
    })),
  );
}

test("the threat model names tests, and with every file at least one", () => {
  const text = readFileSync("docs/threat-model.md", "utf8");
  const files = new Set([...text.matchAll(/`(test\/[^`]+)`/g)].map(([, file]) => file));
  expect(files.size).toBeGreaterThan(15);
  expect(new Set(named().map(({ file }) => file))).toEqual(files);
});

test.each(named())("$file has a test that $name", ({ file, name }) => {
  expect(existsSync(file)).toBe(true);
  expect(readFileSync(file, "utf8")).toContain(`"${name}"`);
});
