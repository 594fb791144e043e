/** A local cluster in a process of its own, which can be killed, and told of faults. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import type { Fault, LocalClusterOptions } from "../../local-cluster/index.ts";

const MODULE = path.resolve(import.meta.dirname, "../../local-cluster/index.ts");

/** What can be sent to another process. */
export type ProcessOptions = Omit<LocalClusterOptions, "faults">;
/** A fault that can be sent to another process. */
export type ProcessFault = Omit<Fault, "matches">;

/** A running process with a cluster in it. */
export interface ClusterProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Adds a fault. It is there when this returns. */
  inject(fault: ProcessFault): Promise<void>;
  /** Kills it, as `kill -9` does, and waits for its end. */
  kill(): Promise<void>;
}

/** Whatever the process belongs to, such as a test: it calls back in its end. */
interface Owner {
  after(stop: () => unknown): void;
}

const PROGRAM = `
  import { startLocalCluster } from ${JSON.stringify(MODULE)};
  const cluster = await startLocalCluster(JSON.parse(process.argv[1]));
  process.on("message", (fault) => {
    cluster.inject(fault);
    process.send("injected");
  });
  process.on("disconnect", () => process.exit(1));
  process.send(cluster.url);`;

/**
 * Starts the process; it ends with its owner at the latest.
 *
 * @throws {Error} with what the process says when it cannot start
 */
export async function startClusterProcess(
  owner: Owner,
  options: ProcessOptions,
): Promise<ClusterProcess> {
  const args = ["--input-type=module-typescript", "--eval", PROGRAM, JSON.stringify(options)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe", "ipc"] });
  owner.after(() => child.kill("SIGKILL"));
  assert.ok(child.stderr);
  const errors = text(child.stderr);
  const ended = once(child, "close").then(async () => {
    throw new Error(`The local cluster has ended: ${await errors}`);
  });
  ended.catch(() => undefined);
  const answer = async (): Promise<unknown> => {
    const [message] = await Promise.race([once(child, "message"), ended]);
    return message;
  };
  const url = String(await answer());
  return {
    url,
    child,
    inject: async (fault) => {
      const done = answer();
      child.send(fault);
      await done;
    },
    kill: async () => {
      const closed = once(child, "close");
      child.kill("SIGKILL");
      await (child.exitCode === null && child.signalCode === null ? closed : undefined);
    },
  };
}
