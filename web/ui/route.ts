import { useEffect, useState } from "preact/hooks";

const parts = () => location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);

/** The path after `#`, split at its slashes: the back button works and nothing reaches the server. */
export function useRoute(): readonly string[] {
  const [route, setRoute] = useState(parts);
  useEffect(() => {
    const follow = () => setRoute(parts());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return route;
}

export const href = (...path: readonly string[]): string => `#/${path.map(encodeURIComponent).join("/")}`;

export const go = (...path: readonly string[]): void => {
  location.hash = href(...path);
};
