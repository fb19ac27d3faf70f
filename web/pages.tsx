import { renderToString } from "preact-render-to-string";
import { ConsolePage } from "./console/page";
import type { OpenApi, OpenRpc } from "./docs/documents";
import { Reference } from "./docs/reference";
import { Home } from "./home/page";
import { LoginPage } from "./login/page";

/** The HTML files of public/, by name; the reference shows nothing but what the two documents say. */
export function pages(rpc: OpenRpc, rest: OpenApi): Record<string, string> {
  const html = {
    "index.html": <Home version={rpc.info.version} />,
    "docs.html": <Reference rpc={rpc} rest={rest} />,
    "console.html": <ConsolePage />,
    "login.html": <LoginPage />,
  };
  return Object.fromEntries(
    Object.entries(html).map(([name, page]) => [name, `<!doctype html>\n${renderToString(page)}\n`]),
  );
}
