import { useState } from "preact/hooks";
import { useAction } from "../ui/load";
import { useRoute } from "../ui/route";
import { Toasts } from "../ui/toast";
import { FirstKey } from "./firstKey";
import type { Session } from "./session";
import { SignIn } from "./signIn";
import { SessionProvider } from "./useSession";
import { Views } from "./views";

const ENDED = "Your session has ended. Sign in again to go on where you were.";

/** The console: signed out, or one of its views. */
export function App() {
  const [session, setSession] = useState<Session>();
  const [lastKeyId, setLastKeyId] = useState("");
  const [notice, setNotice] = useState<string>();
  const action = useAction();
  const route = useRoute();
  const leave = (why: string | undefined) => {
    setSession(undefined);
    setNotice(why);
  };
  const begin = (next: Session) => {
    setLastKeyId(next.apiKeyId);
    setNotice(undefined);
    setSession(next);
  };
  const signOut = () =>
    action.run(async () => {
      // A key that may not end sessions leaves this one to expire; the page forgets its tokens in any case.
      await session?.signOut().catch(() => undefined);
      leave("You are signed out.");
    });
  if (!session) {
    const props = { onSession: begin, onEnd: () => leave(ENDED) };
    if (route[0] === "first-key") return <FirstKey {...props} />;
    return <SignIn {...props} notice={notice} apiKeyId={lastKeyId} />;
  }
  return (
    <SessionProvider value={session}>
      <Toasts>
        <Views route={route} onSignOut={signOut} />
      </Toasts>
    </SessionProvider>
  );
}
