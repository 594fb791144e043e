/** Where a server takes connections: opened, closed, and, for a fault, away for a while. */
import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { UserError } from "../../common/errors/user-error.ts";
import { isSystemError } from "../../common/files/file-errors.ts";

/** Loopback only, as there is no protection to speak of. */
const HOST = "127.0.0.1";
/** How long to wait for a port that somebody has taken meanwhile, in milliseconds. */
const RETRY_MS = 20;

/** A server on one port of 127.0.0.1. */
export class Listener {
  readonly #server: Server;
  readonly #keepProcessAlive: boolean;
  readonly #sockets = new Set<Socket>();
  #address = "";
  #port = 0;
  #comeback: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** @param keepProcessAlive whether the server keeps its process running */
  constructor(server: Server, keepProcessAlive: boolean) {
    this.#server = server;
    this.#keepProcessAlive = keepProcessAlive;
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      if (!keepProcessAlive) {
        socket.unref();
      }
    });
    if (!keepProcessAlive) {
      server.unref();
    }
  }

  /** `127.0.0.1:<port>` */
  get address(): string {
    return this.#address;
  }

  /**
   * Takes connections from now on.
   *
   * @param port 0 takes a free one
   * @throws {UserError} when the port cannot be had
   */
  async open(port: number): Promise<void> {
    try {
      await this.#listen(port);
    } catch (error) {
      throw error instanceof Error ? listenError(error, port) : error;
    }
    this.#port = portOf(this.#server);
    this.#address = `${HOST}:${this.#port}`;
  }

  /**
   * Refuses connections for a while, and then takes them on the same port again.
   *
   * @param reset whether the connections there are get reset, or closed
   */
  goDown(durationMs: number, reset: boolean): void {
    if (this.#isClosed) {
      return;
    }
    if (this.#server.listening) {
      this.#server.close();
    }
    for (const socket of this.#sockets) {
      if (reset) {
        socket.resetAndDestroy();
      } else {
        socket.destroySoon();
      }
    }
    this.#comeBackAfter(durationMs);
  }

  /** Closes all connections, and takes no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#comeback);
    if (!this.#server.listening) {
      return;
    }
    await new Promise<void>((resolve, reject) => {
      this.#server.close((error) => (error === undefined ? resolve() : reject(error)));
      this.#server.closeAllConnections();
    });
  }

  #comeBackAfter(delayMs: number): void {
    clearTimeout(this.#comeback);
    this.#comeback = setTimeout(() => void this.#comeBack(), delayMs);
    if (!this.#keepProcessAlive) {
      this.#comeback.unref();
    }
  }

  async #comeBack(): Promise<void> {
    try {
      await this.#listen(this.#port);
    } catch {
      // Another connection of this machine has the port for the moment.
      this.#comeBackAfter(RETRY_MS);
      return;
    }
    if (this.#isClosed) {
      this.#server.close();
    }
  }

  #listen(port: number): Promise<void> {
    const server = this.#server;
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(error);
      server.once("error", fail);
      server.listen(port, HOST, () => {
        server.off("error", fail);
        resolve();
      });
    });
  }
}

function listenError(error: Error, port: number): UserError {
  const reasons: Readonly<Record<string, string>> = {
    EACCES: "it needs more rights",
    EADDRINUSE: "it is in use",
  };
  const code = isSystemError(error) ? error.code : "";
  return new UserError(
    `Cannot start the local cluster on port ${port}: ${reasons[code] ?? error.message}`,
  );
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("Server is not listening");
  }
  return address.port;
}
