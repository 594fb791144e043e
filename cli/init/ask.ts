/** Questions with answers that may be left as they are proposed. */
import { createInterface } from "node:readline/promises";

/** A question. */
export interface Question {
  /** `Name of the pipeline`. */
  readonly text: string;
  /** The answer of who only presses Enter. */
  readonly proposed: string;
  /** What is wrong with an answer; undefined when nothing is. */
  readonly problem: (answer: string) => string | undefined;
}

/** Where to ask. */
export interface AskOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/**
 * Asks until the answers are ones that can be used.
 *
 * @returns the answers, in their order; undefined when the user ends it: Ctrl-C, Ctrl-D, a terminal gone
 */
export async function askAll(
  questions: readonly Question[],
  { input, output }: AskOptions,
): Promise<readonly string[] | undefined> {
  const terminal = createInterface({ input, output });
  const ended = new AbortController();
  terminal.once("close", () => ended.abort());
  try {
    const answers: string[] = [];
    for (const question of questions) {
      answers.push(await askUntilRight(question));
    }
    return answers;
  } catch (error) {
    if (ended.signal.aborted) {
      output.write("\n");
      return undefined;
    }
    throw error;
  } finally {
    terminal.close();
  }

  async function askUntilRight({ text, proposed, problem }: Question): Promise<string> {
    const shown = `${text} (${proposed}): `;
    const given = (await terminal.question(shown, { signal: ended.signal })).trim();
    const answer = given === "" ? proposed : given;
    const wrong = problem(answer);
    if (wrong === undefined) {
      return answer;
    }
    output.write(`  ${wrong}\n`);
    return askUntilRight({ text, proposed, problem });
  }
}
