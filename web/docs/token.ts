/** The token that the forms send. It lives in this module and nowhere else. */
let token = "";

export const currentToken = (): string => token;

const input = (id: string) => document.getElementById(id) as HTMLInputElement;

function say(text: string): void {
  const state = document.getElementById("token-state");
  if (state) state.textContent = text;
}

export function pasteToken(): void {
  token = input("token").value.trim();
  input("token").value = "";
  say(token === "" ? "No token: the forms send none." : "The forms on this page send the token you pasted.");
}

/** Asks auth/token for all that the API key may. */
export async function logIn(): Promise<void> {
  say("Logging in…");
  const params = {
    grantType: "client_credentials",
    clientId: input("api-key-id").value.trim(),
    clientSecret: input("api-key-secret").value,
    scope: [],
  };
  try {
    const response = await fetch("/main", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "auth/token", params }),
    });
    const { result, error } = await response.json<{
      result: { accessToken: string; scope: string[] };
      error?: { code: number; message: string };
    }>();
    if (error) return say(`${error.message} (${error.code}).`);
    token = result.accessToken;
    input("api-key-secret").value = "";
    say(`Logged in with ${result.scope.join(", ")}. The token works for 15 minutes.`);
  } catch {
    say("The server cannot be reached. Try again.");
  }
}
