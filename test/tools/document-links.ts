/** The links of documents, and which of them lead nowhere. */
import { glob, readFile, stat } from "node:fs/promises";
import path from "node:path";

/** Shown by themselves, and written in the text. */
const LINK = /\]\((?<target>[^)\s]+)\)/g;

/**
 * The links in a folder's documents (`*.md`, `docs/*.md`) that lead to no file there or to no heading of one, as
 * `file: target`. Those to other hosts are not followed.
 */
export async function findBrokenLinks(folder: string): Promise<readonly string[]> {
  const broken: string[] = [];
  for await (const document of glob(["*.md", "docs/*.md"], { cwd: folder })) {
    for (const target of linksOf(await readFile(path.join(folder, document), "utf8"))) {
      if (!(await leadsSomewhere(folder, document, target))) {
        broken.push(`${document}: ${target}`);
      }
    }
  }
  return broken;
}

function linksOf(text: string): readonly string[] {
  const shown = withoutBlocks(text).replaceAll(/`[^`\n]*`/g, "");
  const links = Array.from(shown.matchAll(LINK), ({ groups }) => groups?.["target"]);
  return links.filter((target) => target !== undefined && !/^\w+:/.test(target)).map(String);
}

async function leadsSomewhere(folder: string, document: string, target: string): Promise<boolean> {
  const [name = "", anchor] = target.split("#");
  const file = path.resolve(
    folder,
    path.dirname(document),
    name === "" ? path.basename(document) : name,
  );
  if (path.relative(folder, file).startsWith("..") || !(await exists(file))) {
    return false;
  }
  return anchor === undefined || headingsOf(await readFile(file, "utf8")).has(anchor);
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

/** The anchors of a document's headings, as GitHub, GitLab and npm make them. */
function headingsOf(text: string): ReadonlySet<string> {
  const headings = withoutBlocks(text).matchAll(/^#+ +(?<title>.*)$/gm);
  return new Set(
    Array.from(headings, ({ groups }) =>
      (groups?.["title"] ?? "")
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

function withoutBlocks(text: string): string {
  return text.replaceAll(/^```.*?^```$/gms, "");
}
