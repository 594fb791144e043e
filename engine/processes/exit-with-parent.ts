/**
 * Preloaded into the program's and the provider's process: ends them when the engine has ended, however that
 * came. Both have a process group of their own (so that Ctrl-C reaches the engine alone), so nothing else ends them.
 */
process.stdin.on("end", () => process.exit(1));
process.stdin.on("error", () => process.exit(1));
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
