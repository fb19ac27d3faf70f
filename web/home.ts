/** Says on the front page whether the server is ready to work. */

const place = document.getElementById("health");

function show(text: string, kind: "good" | "bad"): void {
  const badge = document.createElement("span");
  badge.className = `badge ${kind}`;
  badge.textContent = text;
  place?.replaceChildren(badge);
}

async function check(): Promise<void> {
  try {
    const answer = await fetch("/ready");
    if (answer.ok) return show("● Ready: database and secrets are in order", "good");
    const { failed } = (await answer.json()) as { failed: string[] };
    show(`● Not ready: ${failed.join(", ")}`, "bad");
  } catch {
    show("● The server does not answer", "bad");
  }
}

check();
