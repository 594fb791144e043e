/** What a document in `docs/` shows, for the tests that do it. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { REPOSITORY } from "../ytjobs/run-python.ts";

/** A block of code. */
export interface CodeBlock {
  /** What stands after its fence; empty where nothing does. */
  readonly language: string;
  readonly code: string;
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
  const blocks = (await readDocument(file)).matchAll(/^```(?<language>\w*)\n(?<code>.*?)^```$/gms);
  return Array.from(blocks, ({ groups }) => ({
    language: groups?.["language"] ?? "",
    code: groups?.["code"] ?? "",
  }));
}
