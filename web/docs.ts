/** What the reference does beyond its text: search, copying, the page's own origin in the examples, and the forms. */

import { SAMPLE_ORIGIN } from "./docs/documents";
import { filterEntries } from "./docs/search";
import { logIn, pasteToken } from "./docs/token";
import { tryRoute, tryRpc } from "./docs/tryIt";

const each = <E extends Element>(selector: string, act: (element: E) => void) => {
  for (const element of document.querySelectorAll<E>(selector)) act(element);
};

each("pre[data-example] code", (code) => {
  code.textContent = code.textContent?.replaceAll(SAMPLE_ORIGIN, location.origin) ?? "";
});

each<HTMLButtonElement>("button[data-copy]", (button) => {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.closest("figure")?.querySelector("pre")?.textContent ?? "");
    const label = button.firstChild;
    if (label) label.textContent = "Copied";
    setTimeout(() => {
      if (label) label.textContent = "Copy";
    }, 1500);
  });
});

each<HTMLFormElement>("form[data-rpc]", (form) => {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tryRpc(form, form.dataset.rpc ?? "");
  });
});

each<HTMLFormElement>("form[data-route]", (form) => {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tryRoute(form, form.dataset.route ?? "GET", form.dataset.type ?? "");
  });
});

const search = document.getElementById("search") as HTMLInputElement;
search.addEventListener("input", () => filterEntries(search.value));
filterEntries(search.value);

// Beside the text there is room for the contents; above it they would only be in the way.
const contents = document.getElementById("contents") as HTMLDetailsElement;
contents.open = matchMedia("(min-width: 62rem)").matches;

for (const [id, act] of [
  ["token-paste", pasteToken],
  ["token-login", logIn],
] as const) {
  document.getElementById(id)?.addEventListener("submit", (event) => {
    event.preventDefault();
    act();
  });
}
