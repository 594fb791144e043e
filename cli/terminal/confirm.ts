/** Asks the user before something is changed. */
import { createInterface } from "node:readline";

/** Where to ask. */
export interface ConfirmOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Takes the question back. */
  readonly signal: AbortSignal;
}

/** What the user said; `interrupted` by Ctrl-C, or because the question was taken back. */
export type Answer = "yes" | "no" | "details" | "interrupted";

/**
 * Asks a question that is answered with yes, no or details.
 *
 * @returns `no` for any answer but `y`, `yes`, `d` or `details`, and where the input ends (Ctrl-D, a terminal gone)
 */
export function confirm(
  question: string,
  { input, output, signal }: ConfirmOptions,
): Promise<Answer> {
  if (signal.aborted) {
    return Promise.resolve("interrupted");
  }
  const terminal = createInterface({ input, output });
  // Where nobody has pressed Enter, what is printed next would stand behind the question.
  const endLine = (): void => void output.write("\n");
  return new Promise<Answer>((resolve) => {
    const interrupt = (): void => end("interrupted");
    function end(answer: Answer): void {
      signal.removeEventListener("abort", interrupt);
      resolve(answer);
      terminal.close();
    }
    signal.addEventListener("abort", interrupt);
    terminal.once("close", endLine);
    terminal.once("close", () => end("no"));
    terminal.once("SIGINT", interrupt);
    terminal.question(question, (answer) => {
      terminal.off("close", endLine);
      end(readAnswer(answer));
    });
  });
}

function readAnswer(text: string): Answer {
  switch (text.trim().toLowerCase()) {
    case "y":
    case "yes":
      return "yes";
    case "d":
    case "details":
      return "details";
    default:
      return "no";
  }
}
