/** Starts Node on a terminal: a real one, or where the system gives none, one that Node is told of. */
import { runProgram } from "../ytjobs/run-python.ts";

const ON_TERMINAL =
  "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";

const AS_IF_ON_TERMINAL = `
import { syncBuiltinESMExports } from "node:module";
import tty from "node:tty";
for (const stream of [process.stdin, process.stdout, process.stderr]) stream.isTTY = true;
tty.isatty = () => true;
syncBuiltinESMExports();`;

/** Whether the system gives terminals. */
export async function hasTerminals(): Promise<boolean> {
  return (await runProgram("python3", ["-c", "import pty; pty.openpty()"])).status === 0;
}

/**
 * A program and its first arguments, to start Node through. A terminal gets standard error too, and
 * turns line ends into CR and LF. In a chroot without `/dev/pts` there is none.
 */
export async function terminalLauncher(): Promise<readonly string[]> {
  if (await hasTerminals()) {
    return ["python3", "-c", ON_TERMINAL];
  }
  const preload = `data:text/javascript,${encodeURIComponent(AS_IF_ON_TERMINAL)}`;
  return ["env", `NODE_OPTIONS=--import ${preload}`];
}
