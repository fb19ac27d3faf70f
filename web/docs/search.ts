/** Shows the entries that have every word of the search in their name or summary, and says how many there are. */
export function filterEntries(search: string): void {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const entries = [...document.querySelectorAll<HTMLElement>("[data-entry]")];
  let found = 0;
  for (const entry of entries) {
    const text = entry.dataset.entry?.toLowerCase() ?? "";
    entry.hidden = !words.every((word) => text.includes(word));
    if (!entry.hidden) found += 1;
    const link = document.querySelector<HTMLElement>(`[data-link="${CSS.escape(entry.id)}"]`);
    if (link) link.hidden = entry.hidden;
  }
  for (const group of document.querySelectorAll<HTMLElement>("[data-group]"))
    group.hidden = group.querySelector("li:not([hidden])") === null;
  const status = document.getElementById("found");
  if (!status) return;
  status.textContent =
    words.length === 0
      ? `${entries.length} methods and routes`
      : found === 0
        ? "Nothing found. Try a shorter word."
        : `${found} of ${entries.length}`;
}
