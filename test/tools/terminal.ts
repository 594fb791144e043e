/** Starts Node on a terminal: a real one, or where the system gives none, one that Node is told of. */
import assert from "node:assert/strict";
import path from "node:path";
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

/** What a user does when a text has been printed: types, makes the window another size, makes a file. */
interface Deed {
  readonly after: string;
  readonly type?: string;
  readonly columns?: number;
  readonly touch?: string;
}

/**
 * Runs a command on a real terminal of so many columns, where a user does things.
 *
 * @returns the exit status, and all that the terminal was sent
 */
export async function runOnTerminal(
  command: readonly string[],
  {
    rows = 50,
    columns,
    deeds = [],
    directory,
    environment,
  }: {
    /** @default 50 */
    readonly rows?: number;
    readonly columns: number;
    readonly deeds?: readonly Deed[];
    readonly directory: string;
    readonly environment: NodeJS.ProcessEnv;
  },
): Promise<{ readonly status: number | null; readonly sent: string }> {
  const script = path.join(import.meta.dirname, "typed-terminal.py");
  const { status, stdout, stderr } = await runProgram(
    "python3",
    [script, String(rows), String(columns), JSON.stringify(deeds), ...command],
    { cwd: directory, env: { TERM: "xterm-256color", ...environment } },
  );
  assert.equal(stderr, "");
  return { status, sent: stdout };
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
