/** A line of some bits per second on loopback: a TCP proxy that holds bytes back, for both directions by itself. */
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

export interface SlowLine {
  readonly url: string;
  /** From now on it carries so many bits per second, each way. @default as fast as it can */
  readonly shape: (bitsPerSecond: number) => void;
  /** Bytes that went to the server so far. */
  readonly sentBytes: () => number;
  readonly close: () => void;
}

/** Starts one to the server at a URL; all its connections share the line. */
export async function startSlowLine(url: string): Promise<SlowLine> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let sentBytes = 0;
  let bitsPerSecond = Infinity;
  const up = createLane(() => bitsPerSecond);
  const down = createLane(() => bitsPerSecond);
  const server = createServer((near) => {
    const far = connect({ host: hostname, port: Number(port), noDelay: true });
    near.setNoDelay(true);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    void carry(near, far, async (bytes) => {
      sentBytes += bytes;
      await up(bytes);
    });
    void carry(far, near, down);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new TypeError("A listening server has an address");
  }
  return {
    url: `http://127.0.0.1:${address.port}`,
    shape: (bits) => {
      bitsPerSecond = bits;
    },
    sentBytes: () => sentBytes,
    close: () => {
      server.close();
      for (const socket of sockets) {
        socket.destroy();
      }
    },
  };
}

/** Waits until the line has carried so many bytes more. */
function createLane(bitsPerSecond: () => number): (bytes: number) => Promise<void> {
  let freeAtMs = 0;
  return async (bytes) => {
    const nowMs = performance.now();
    freeAtMs = Math.max(freeAtMs, nowMs) + (bytes * 8 * 1000) / bitsPerSecond();
    if (freeAtMs > nowMs) {
      await delay(freeAtMs - nowMs);
    }
  };
}

async function carry(
  from: Socket,
  to: Socket,
  wait: (bytes: number) => Promise<void>,
): Promise<void> {
  try {
    for await (const chunk of from) {
      await wait(Buffer.byteLength(chunk));
      to.write(chunk);
    }
    to.end();
  } catch {
    // One end has hung up; the other is told.
    to.destroy();
  }
}
