/** Reads a configuration value that was not given on the command line. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { UserError } from "../../common/errors/user-error.ts";

/**
 * Reads a value: all of standard input without its last line end, or a line that is typed on a terminal.
 *
 * @param options.hidden show nothing of what is typed
 * @throws {UserError} when the user ends it
 */
export async function readValue({ hidden }: { readonly hidden: boolean }): Promise<string> {
  if (!process.stdin.isTTY) {
    return (await text(process.stdin)).replace(/\r?\n$/, "");
  }
  process.stderr.write(hidden ? "value: " : "");
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const output = hidden ? nowhere : process.stderr;
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  const ended = new AbortController();
  terminal.once("close", () => ended.abort());
  try {
    return await terminal.question(hidden ? "" : "value: ", { signal: ended.signal });
  } catch (error) {
    throw ended.signal.aborted ? new UserError("Nothing was set: no value was typed") : error;
  } finally {
    terminal.close();
    process.stderr.write(hidden ? "\n" : "");
  }
}
