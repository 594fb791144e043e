/** What `docs/migrating.md` shows, for the tests that do it. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { REPOSITORY } from "../../ytjobs/run-python.ts";

/** The text of the guide. */
export function readGuide(): Promise<string> {
  return readFile(path.join(REPOSITORY, "docs/migrating.md"), "utf8");
}

/** Its blocks of code in a language, in their order. */
export async function codeBlocks(language: string): Promise<readonly string[]> {
  const pattern = new RegExp(`^\`\`\`${language}\\n(?<code>.*?)^\`\`\`$`, "gms");
  return Array.from((await readGuide()).matchAll(pattern), ({ groups }) => groups?.["code"] ?? "");
}
