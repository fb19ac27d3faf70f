/** Logs in for the program that sent the person here, and takes its code back to it. */

const input = (id: string) => document.getElementById(id) as HTMLInputElement;
const token = new URLSearchParams(location.search).get("token") ?? "";

function refuse(text: string): void {
  const place = document.getElementById("refused");
  if (!place) return;
  place.textContent = text;
  place.hidden = false;
}

/**
 * Where the program waits: it stands in the token, which the server signed and has just accepted. Only http(s) is gone to.
 */
function destination(code: string, state: string | undefined): URL | undefined {
  const base64 = (token.split(".")[0] ?? "").replaceAll("-", "+").replaceAll("_", "/");
  const asked = JSON.parse(atob(base64)) as { redirect_uri: string };
  const url = new URL(asked.redirect_uri, location.origin);
  if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
  url.searchParams.set("code", code);
  if (state !== undefined) url.searchParams.set("state", state);
  return url;
}

async function logIn(): Promise<void> {
  const body = { username: input("username").value.trim(), password: input("password").value, token };
  const response = await fetch("/auth/api/v1/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json<{ code: string; state?: string; error_message?: string }>();
  if (!response.ok) return refuse(`${answer.error_message}.`);
  const url = destination(answer.code, answer.state);
  if (url) location.assign(url);
  else refuse("The program waits at an address that is not of the web.");
}

document.getElementById("login")?.addEventListener("submit", (event) => {
  event.preventDefault();
  logIn().catch(() => refuse("The server cannot be reached. Try again."));
});
