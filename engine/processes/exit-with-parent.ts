/**
 * Preloaded into the program's and the provider's process: ends them when the engine has ended, however that
 * came. Both have a process group of their own (so that Ctrl-C reaches the engine alone), so nothing else ends them.
 */
process.stdin.on("end", end);
process.stdin.on("error", end);
process.stdin.resume();
// So that exit handlers run and the compile cache is written; user code that handles the signal itself has its way.
process.on("SIGTERM", () => {
  if (process.listenerCount("SIGTERM") === 1) {
    process.exit(143);
  }
});
// This must not keep a program running that is done.
if ("unref" in process.stdin && typeof process.stdin.unref === "function") {
  process.stdin.unref();
}

/** How long user code that handles the signal may take, milliseconds. */
const GRACE_MS = 15_000;

function end(): void {
  if (process.listenerCount("SIGTERM") === 1) {
    process.exit(1);
  }
  // What is under way may be undone first: a transaction that holds locks, for one.
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.exit(1), GRACE_MS);
}
