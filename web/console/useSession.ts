import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Session } from "./session";

const Current = createContext<Session | undefined>(undefined);
export const SessionProvider = Current.Provider;

/** The session of the page; there is one wherever a signed-in view is shown. */
export function useSession(): Session {
  const session = useContext(Current);
  if (!session) throw new Error("no session");
  return session;
}
