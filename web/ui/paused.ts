import { useEffect, useState } from "preact/hooks";

const TYPING_PAUSE_MS = 250;

/** A text as it was when its writer last paused. */
export function usePaused(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return paused;
}
