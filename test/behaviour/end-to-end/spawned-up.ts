/** `ytcode up` as a process of its own, for tests that stop it, or the provider's process below it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import type { Project } from "./project.ts";

/**
 * Preloaded into every process of an update: the provider's writes its id to the file that a variable
 * names. Not every system has `ps` or `/proc`.
 */
const TELL_PROVIDER = `
import { writeFileSync } from "node:fs";
if (process.argv[1]?.includes("dynamic-provider")) {
  writeFileSync(process.env.PROVIDER_ID_FILE, String(process.pid));
}`;

/** Starts `ytcode up` on the embedded engine. */
export async function spawnUp(project: Project) {
  const idFile = path.join(project.directory, "provider.pid");
  await rm(idFile, { force: true });
  const up = spawn(process.execPath, [path.join(project.directory, "cli/main.ts"), "up"], {
    cwd: project.directory,
    env: {
      ...process.env,
      YTCODE_ENGINE: "embedded",
      PROVIDER_ID_FILE: idFile,
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(TELL_PROVIDER)}`,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const events = new EventEmitter();
  let printed = "";
  for (const stream of [up.stdout, up.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      printed += chunk;
      events.emit("printed");
    });
  }
  const ended = new Promise<number | null>((resolve) => up.on("close", resolve));
  /** @throws {AssertionError} when it ends before that happens, with what it has printed */
  const meanwhile = async (event: Promise<void>): Promise<void> => {
    const endedFirst = ended.then((status) =>
      assert.fail(`ytcode up ended too early, with status ${status}:\n${printed}`),
    );
    await Promise.race([event, endedFirst]);
  };
  return {
    up,
    /** Its exit status; null when a signal ended it. */
    ended,
    /** All that it has printed so far. */
    printed: () => printed,
    meanwhile,
    /** Until it has printed that. */
    hasPrinted: async (wanted: string): Promise<void> =>
      meanwhile(
        (async () => {
          while (!printed.includes(wanted)) {
            await once(events, "printed");
          }
        })(),
      ),
    /** The provider's process, once that has started. */
    providerId: async () => Number(await readFile(idFile, "utf8")),
  };
}
