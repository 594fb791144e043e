/** What a document in `docs/` shows, for the tests that do it. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { REPOSITORY } from "../ytjobs/run-python.ts";

/** A block of code. */
export interface CodeBlock {
  /** What stands after its fence; empty where nothing does. */
  readonly language: string;
  readonly code: string;
  /** Of its fence; the first one is 1. */
  readonly line: number;
  /** What a comment above it gives as the reason why no test runs it: `<!-- not run: it takes an hour -->`. */
  readonly notRun: string | undefined;
}

/**
 * The text of a document.
 *
 * @param file relative to the repository
 */
export function readDocument(file: string): Promise<string> {
  return readFile(path.join(REPOSITORY, file), "utf8");
}

/** Its blocks of code, in their order. */
export async function readCodeBlocks(file: string): Promise<readonly CodeBlock[]> {
  return findCodeBlocks(await readDocument(file));
}

/** The blocks of code in a document's text, in their order. */
export function findCodeBlocks(text: string): readonly CodeBlock[] {
  const blocks = text.matchAll(
    /(?:^<!-- not run: (?<notRun>[^\n]+) -->\n+)?(?<fence>^```(?<language>\w*)\n(?<code>.*?)^```$)/gms,
  );
  return Array.from(blocks, ({ groups, index, 0: all }) => ({
    language: groups?.["language"] ?? "",
    code: groups?.["code"] ?? "",
    line: text.slice(0, index + all.lastIndexOf(groups?.["fence"] ?? "")).split("\n").length,
    notRun: groups?.["notRun"],
  }));
}
