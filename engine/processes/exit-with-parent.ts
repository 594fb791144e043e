/**
 * Preloaded into the program's and the provider's process: ends them when the engine is gone, however
 * it went. Both have a process group of their own (so that Ctrl-C reaches the engine alone), and nothing else would end them.
 */
process.stdin.on("end", () => process.exit(1));
process.stdin.on("error", () => process.exit(1));
process.stdin.resume();
// An orderly end, so that exit handlers run and the compile cache is written, unless the user's code sees to it.
process.on("SIGTERM", () => {
  if (process.listenerCount("SIGTERM") === 1) process.exit(143);
});
// Waiting for the engine's end must not keep a program alive that is done.
if ("unref" in process.stdin && typeof process.stdin.unref === "function") process.stdin.unref();
