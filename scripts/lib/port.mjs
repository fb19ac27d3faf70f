import { once } from "node:events";
import { createServer } from "node:net";
import { Failure } from "./failure.mjs";

/**
 * Tells in time what workerd would only say late and at length. For `localhost` both loopback addresses must be free: a stranger on
 * the other one would get part of the calls.
 *
 * @param {number} port
 * @param {string} ip
 * @throws {Failure} if another process listens there, or this one may not
 */
export async function assertPortFree(port, ip) {
  for (const host of ip === "localhost" ? ["127.0.0.1", "::1"] : [ip]) {
    const server = createServer();
    try {
      await once(server.listen({ port, host, exclusive: true }), "listening");
    } catch (error) {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      if (host === "::1" && code !== "EADDRINUSE") continue; // a machine without IPv6
      if (code === "EADDRINUSE")
        throw new Failure(`port ${port} is taken: end what listens there, or choose another with --port.`);
      throw new Failure(`cannot listen on ${host} port ${port} (${code}).`);
    }
    server.close();
    await once(server, "close");
  }
}
