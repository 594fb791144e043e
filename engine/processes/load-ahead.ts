/**
 * Preloaded into the provider's process: loads what the resources' providers will load, in the time in which the program
 * starts and nobody asks the provider for anything.
 */
import { createRequire } from "node:module";

/** How often it is looked whether the process has said that it is ready, milliseconds. */
const LOOK_MS = 5;

const name = new URL(import.meta.url).searchParams.get("module");
const timer = setInterval(() => {
  // The first line is where the process listens, which the engine waits for; nothing may be printed before.
  if ("bytesWritten" in process.stdout && process.stdout.bytesWritten === 0) {
    return;
  }
  clearInterval(timer);
  try {
    createRequire(`${process.cwd()}/`)(name ?? "");
  } catch {
    // Another project may not have it. Who asks for it later is told what is wrong.
  }
}, LOOK_MS).unref();
