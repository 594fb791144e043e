/** The port that a program connects to. */
import { createServer } from "node:net";
import type { Server as NetServer, Socket } from "node:net";
import type { Server as GrpcServer } from "@grpc/grpc-js";

/**
 * A port that is open before there is a server behind it, so that the program can be started at once
 * and gRPC be loaded meanwhile. Connections wait until {@link Listener.serve}.
 */
export class Listener {
  readonly #server: NetServer;
  readonly #sockets = new Set<Socket>();
  #inject: ((socket: Socket) => void) | undefined;
  /** `127.0.0.1:<port>`. */
  readonly address: string;

  private constructor(server: NetServer) {
    this.#server = server;
    const bound = server.address();
    if (typeof bound !== "object" || bound === null) {
      throw new Error("The port is not open");
    }
    this.address = `127.0.0.1:${bound.port}`;
    server.on("connection", (socket) => this.#accept(socket));
  }

  /** Opens a free port on the loopback interface. */
  static async open(): Promise<Listener> {
    const server = createServer({ pauseOnConnect: true });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    return new Listener(server);
  }

  /** Puts a gRPC server behind the port. */
  async serve(server: GrpcServer): Promise<void> {
    const { ServerCredentials } = await import("@grpc/grpc-js");
    const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
    this.#inject = (socket) => {
      injector.injectConnection(socket);
      socket.resume();
    };
    for (const socket of this.#sockets) {
      this.#inject(socket);
    }
  }

  /** Closes the port and every connection. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    // The other end may be killed at any time; its exit status says what that means.
    socket.on("error", () => socket.destroy());
    this.#inject?.(socket);
  }
}
