/** What `docs/migrating.md` shows, for the tests that do it. */
import { readCodeBlocks, readDocument } from "../../tools/document.ts";

/** The document, relative to the repository. */
export const GUIDE = "docs/migrating.md";

/** The text of the guide. */
export function readGuide(): Promise<string> {
  return readDocument(GUIDE);
}

/** Its blocks of code in a language, in their order. */
export async function codeBlocks(language: string): Promise<readonly string[]> {
  const blocks = await readCodeBlocks(GUIDE);
  return blocks.filter((block) => block.language === language).map(({ code }) => code);
}
