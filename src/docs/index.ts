import { version } from "../../package.json";
import { METHODS } from "../methods";
import { ROUTES } from "../rest";
import { openapi } from "./openapi";
import { type About, openrpc } from "./openrpc";

const about: About = {
  title: "Veridge",
  version,
  description:
    "A public-key directory at the edge: keys of PrivMX users over JSON-RPC, authorized SSH keys over REST.",
};

/** Both documents, made from the declarations alone. The build writes them as /openrpc.json and /openapi.json. */
export const documents = () => ({ rpc: openrpc(METHODS, about), rest: openapi(ROUTES, about) });
