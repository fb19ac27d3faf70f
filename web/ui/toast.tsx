import type { ComponentChildren } from "preact";
import { createContext } from "preact";
import { useCallback, useContext, useEffect, useState } from "preact/hooks";

const SHOWN_MS = 6000;

const Say = createContext<(text: string) => void>(() => {});

/** Says in a corner, and to screen readers, that something was done. */
export const useToast = () => useContext(Say);

export function Toasts({ children }: { readonly children: ComponentChildren }) {
  const [said, setSaid] = useState({ text: "", at: 0 });
  const say = useCallback((text: string) => setSaid({ text, at: performance.now() }), []);
  useEffect(() => {
    if (said.text === "") return;
    const timer = setTimeout(() => setSaid({ text: "", at: 0 }), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <Say.Provider value={say}>
      {children}
      <div class="toasts" role="status" aria-live="polite">
        {said.text && <p class="notice good">{said.text}</p>}
      </div>
    </Say.Provider>
  );
}
