/** Makes the documents and pages from the declarations, into public/. wrangler.toml and vitest.config.ts run it. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { ROOT } from "./lib/paths.mjs";

/**
 * @param {string} entry a module of this project
 * @returns {Promise<any>} the module, bundled and run in this process
 */
async function load(entry) {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, entry)],
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "warning",
  });
  const code = Buffer.from(/** @type {Uint8Array} */ (outputFiles[0]?.contents)).toString("base64");
  return import(`data:text/javascript;base64,${code}`);
}

/**
 * Leaves a file alone that is as it should be: whoever watches it would start again for nothing.
 *
 * @param {string} name in public/
 * @param {string | Uint8Array} content
 */
async function put(name, content) {
  const path = join(ROOT, "public", name);
  const bytes = Buffer.from(content);
  const present = await readFile(path).catch(() => undefined);
  if (!present?.equals(bytes)) await writeFile(path, bytes);
}

async function writePages() {
  const [{ documents }, { pages }] = await Promise.all([load("src/docs/index.ts"), load("web/pages.tsx")]);
  const { rpc, rest } = documents();
  await put(
    "openrpc.json",
    `${JSON.stringify(rpc, null, 2)}
`,
  );
  await put(
    "openapi.json",
    `${JSON.stringify(rest, null, 2)}
`,
  );
  for (const [name, html] of Object.entries(pages(rpc, rest))) await put(name, html);
}

async function writeScripts() {
  const { outputFiles } = await build({
    entryPoints: ["home.ts", "docs.ts", "login.ts", "console.tsx", "style.css"].map((name) =>
      join(ROOT, "web", name),
    ),
    outdir: join(ROOT, "public"),
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    write: false,
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "warning",
  });
  for (const { path, contents } of outputFiles) await put(path.slice(join(ROOT, "public/").length), contents);
}

/** @throws Error if something does not build; esbuild's own words go to stderr */
export async function buildPages() {
  await Promise.all([writePages(), writeScripts()]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await buildPages();
