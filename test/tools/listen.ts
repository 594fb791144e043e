/** Lets a server of a test listen on a free port. */
import { once } from "node:events";
import type { Server } from "node:net";

/** @returns the port */
export async function listen(server: Server, host = "127.0.0.1"): Promise<number> {
  server.listen(0, host);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new TypeError("A listening server has a port");
  }
  return address.port;
}
