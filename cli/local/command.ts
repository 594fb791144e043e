/** The command `ytcode local`: a local cluster in the foreground, until a signal ends it. */
import { once } from "node:events";
import { Command, InvalidArgumentError, Option } from "commander";
import { printLines } from "../terminal/output.ts";
import { userPath } from "../user-directory.ts";

/** `ytcode local`: runs the local cluster until it is interrupted. */
export function localCommand(): Command {
  return new Command("local")
    .description("Run a local cluster: an emulator of the YTsaurus HTTP API on loopback")
    .addOption(
      new Option("--port <number>", "port on 127.0.0.1; 0 takes a free one")
        .default(0)
        .argParser(parsePort),
    )
    .option("--data <directory>", "where it keeps its data", ".local-cluster")
    .option("--token <token>", "the only token to let in (without it any token, or none)")
    .action(runLocalCluster);
}

interface LocalCommandOptions {
  readonly port: number;
  readonly data: string;
  readonly token?: string;
}

/** Prints one line when it is ready, and returns after SIGINT or SIGTERM. */
async function runLocalCluster(options: LocalCommandOptions): Promise<void> {
  // Loaded only here: no other command needs it.
  const { startLocalCluster } = await import("../../local-cluster/index.ts");
  const interrupted = new AbortController();
  const stop = () => interrupted.abort();
  // Listened for from the start: an interruption while it starts must not kill it half-way.
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const cluster = await startLocalCluster({
    dataDirectory: userPath(options.data),
    port: options.port,
    token: options.token,
  });
  try {
    await printLines([cluster.url]);
    if (!interrupted.signal.aborted) {
      await once(interrupted.signal, "abort");
    }
  } finally {
    await cluster.close();
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port <= 65_535) {
    return port;
  }
  throw new InvalidArgumentError("It must be a whole number from 0 to 65535");
}
