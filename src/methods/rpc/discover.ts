import * as z from "zod/mini";
import { readMethod } from "../../operation";
import { query } from "../../store/query";
import { nothing } from "../fields";

const document = z.looseObject({
  openrpc: z.string(),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  methods: z.array(z.unknown()),
});

/** As the OpenRPC specification names it. The document is made from the declarations when the Worker is built. */
export const discover = readMethod({
  name: "rpc.discover",
  summary: "The OpenRPC document of this server, as /openrpc.json has it",
  access: "everyone",
  params: nothing,
  result: document,
  errors: [],
  example: {
    params: {},
    result: { openrpc: "1.3.2", info: { title: "Veridge", version: "1.0.0" }, methods: [] },
  },
  read: {
    query: () => query([], () => undefined),
    async answer(_found, _params, { assets, source }) {
      const response = await assets.fetch(new URL("/openrpc.json", source.origin));
      return response.json<z.input<typeof document>>();
    },
  },
});
