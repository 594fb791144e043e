/** Whether a port that does not answer plain HTTP speaks TLS: many servers just close the connection then. */
import { once } from "node:events";
import { isIP } from "node:net";
import { connect } from "node:tls";

/**
 * Shakes hands, and sends nothing.
 *
 * @param url of a server that has been spoken to in plain HTTP: `http://host:443`
 * @param timeoutMs longest time for connection and handshake
 */
export async function speaksTls(url: string, timeoutMs: number): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const socket = connect({
    host,
    port: port === "" ? 80 : Number(port),
    // Who it is does not matter, as nothing is sent.
    rejectUnauthorized: false,
    ...(isIP(host) === 0 ? { servername: host } : {}),
  });
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(timeoutMs) });
    return true;
  } catch {
    return false;
  } finally {
    socket.on("error", () => undefined).destroy();
  }
}
