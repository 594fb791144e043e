/** Makes docs/messages.md from the sources and the remedies. */
import path from "node:path";
import type { FoundMessage } from "./collect.ts";
import { collectMessages } from "./collect.ts";
import { REMEDIES } from "./remedies.ts";

/** The page's path. */
export const MESSAGES_PAGE = path.resolve(import.meta.dirname, "../../../docs/messages.md");

/** Where messages come up, by the folder of the code; the first that fits counts. */
const CHAPTERS: readonly (readonly [folder: string, title: string])[] = [
  ["cli/plan", "`ytcode plan`"],
  ["cli/build", "`ytcode build`"],
  ["cli/run", "`ytcode run`"],
  ["cli/inspect", "`ytcode inspect` and `history`"],
  ["cli/history", "`ytcode inspect` and `history`"],
  ["cli/", "The command line"],
  ["provider/pipeline", "What is in a pipeline"],
  ["provider/manifest", "What is in a pipeline"],
  ["provider/archive", "Packing, and reading archives"],
  ["provider/publication", "Publishing and promoting"],
  ["provider/yt", "The cluster, and access to it"],
  ["provider/", "Arguments and stack settings"],
  ["engine/", "Stacks, on the embedded engine"],
  ["local-cluster/", "The local cluster"],
  ["common/", "Files and folders"],
];

/** In these the local cluster speaks as a cluster does. */
const CLUSTERS_OWN = /^local-cluster\/(commands|locks|attributes)\//;

/** How an instruction begins that a message ends with. */
const VERBS =
  "abort|add|bring|change|check|choose|close|convert|copy|correct|declare|delete|destroy|enable|exclude|free|" +
  "give|install|leave|list|make|mend|move|name|publish|pull|put|reinstall|remove|rename|restore|run|save|set|" +
  "shorten|stop|try|unset|update|use|wait|write";
const INSTRUCTION = new RegExp(`(?:[:;,] |, and |, or )((?:${VERBS})\\b.*)$`);

/** A message of which nobody has said what to do, or a remedy of none. */
export interface Gaps {
  readonly withoutRemedy: readonly string[];
  readonly withoutMessage: readonly string[];
}

/** Finds what the page leaves open. */
export async function findGaps(): Promise<Gaps> {
  const messages = await messagesForPeople();
  const texts = new Set(messages.map(({ text }) => text));
  return {
    withoutRemedy: [...texts].filter((text) => remedyOf(text) === undefined),
    withoutMessage: Object.keys(REMEDIES).filter((text) => !texts.has(text)),
  };
}

/** The page's text. */
export async function makeMessagesPage(): Promise<string> {
  const messages = await messagesForPeople();
  const titles = [...new Set(CHAPTERS.map(([, title]) => title))];
  const chapters = titles.flatMap((title) => {
    const rows = messages.filter(({ file }) => titleOf(file) === title);
    return rows.length === 0 ? [] : [chapter(title, rows)];
  });
  return `# Messages

Every message that begins with "Cannot", and what to do about it. "…" stands for names, paths and reasons.
Messages of a cluster are shown as it words them, with their code; [retries.md](retries.md) says which are waited for.
Warnings are in [plan-json.md](plan-json.md). This page is made from the code: \`npm run messages\`.

${chapters.join("\n")}`;
}

async function messagesForPeople(): Promise<readonly FoundMessage[]> {
  return (await collectMessages()).filter(({ file }) => !CLUSTERS_OWN.test(file));
}

function titleOf(file: string): string {
  return CHAPTERS.find(([folder]) => file.startsWith(folder))?.[1] ?? "";
}

function remedyOf(text: string): string | undefined {
  const instruction = INSTRUCTION.exec(text)?.[1];
  const own = instruction && `${instruction.charAt(0).toUpperCase()}${instruction.slice(1)}.`;
  return REMEDIES[text] ?? own;
}

function chapter(title: string, messages: readonly FoundMessage[]): string {
  const rows = messages
    .toSorted((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ text }) => `| ${cell(text)} | ${cell(remedyOf(text) ?? "")} |`);
  return `## ${title}\n\n| message | what to do |\n| --- | --- |\n${rows.join("\n")}\n`;
}

/** A bar would end the cell, and what looks like a tag would be taken for one. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("*", "\\*");
}
