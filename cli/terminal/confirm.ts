/** Asks the user before something is changed. */
import { createInterface } from "node:readline";

/** Where to ask. */
export interface ConfirmOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Takes the question back: the answer is no. */
  readonly signal: AbortSignal;
}

/**
 * Asks a question that is answered with yes or no.
 *
 * @returns false for any answer but `y` or `yes`, and for none: Ctrl-C, Ctrl-D, a terminal gone
 */
export function confirm(question: string, options: ConfirmOptions): Promise<boolean> {
  const terminal = createInterface({ ...options });
  return new Promise((resolve) => {
    terminal.once("close", () => resolve(false));
    terminal.question(question, (answer) => {
      resolve(/^y(es)?$/i.test(answer.trim()));
      terminal.close();
    });
  });
}
