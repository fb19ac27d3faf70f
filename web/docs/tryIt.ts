import { rpcRequest } from "./examples";
import { currentToken } from "./token";

/** Sends a form's JSON-RPC call to this server and shows status, time and answer below it. */
export async function tryRpc(form: HTMLFormElement, method: string): Promise<void> {
  const text = (form.elements.namedItem("params") as HTMLTextAreaElement).value;
  let params: unknown;
  try {
    params = JSON.parse(text || "{}");
  } catch (error) {
    return show(form, "bad", `The parameters are not JSON: ${(error as Error).message}`);
  }
  const token = currentToken();
  await send(form, "/main", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      ...(token !== "" && { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(rpcRequest(method, params)),
  });
}

/** Sends a form's HTTP request to this server in the same way. */
export async function tryRoute(form: HTMLFormElement, method: string, mediaType: string): Promise<void> {
  const value = (name: string) => (form.elements.namedItem(name) as HTMLInputElement | null)?.value;
  const path = value("path") ?? "/";
  const body = value("body");
  // A path that began with two slashes would name another host.
  if (!/^\/(?!\/)/.test(path)) return show(form, "bad", "The path begins with one slash.");
  const token = currentToken();
  await send(form, path, {
    method,
    headers: {
      ...(body !== undefined && { "Content-Type": mediaType }),
      ...(token !== "" && { Authorization: `Bearer ${token}` }),
    },
    redirect: "manual",
    ...(body !== undefined && { body }),
  });
}

async function send(form: HTMLFormElement, path: string, init: RequestInit): Promise<void> {
  const button = form.querySelector("button");
  button?.setAttribute("aria-busy", "true");
  const begun = performance.now();
  try {
    const response = await fetch(path, init);
    const answer = await response.text();
    const took = Math.round(performance.now() - begun);
    const failed = !response.ok || "error" in asObject(answer);
    show(form, failed ? "bad" : "good", `HTTP ${response.status} in ${took} ms`, pretty(answer));
  } catch {
    show(form, "bad", "The server cannot be reached. Try again.");
  } finally {
    button?.removeAttribute("aria-busy");
  }
}

function asObject(text: string): object {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function show(form: HTMLFormElement, kind: "good" | "bad", line: string, answer?: string): void {
  const said = document.createElement("p");
  said.className = `notice ${kind}`;
  said.textContent = line;
  const parts: Node[] = [said];
  if (answer !== undefined) {
    const block = document.createElement("pre");
    block.textContent = answer;
    const scroll = document.createElement("section");
    scroll.className = "scroll";
    scroll.tabIndex = 0;
    scroll.setAttribute("aria-label", "Answer");
    scroll.appendChild(block);
    parts.push(scroll);
  }
  form.querySelector("output")?.replaceChildren(...parts);
}
