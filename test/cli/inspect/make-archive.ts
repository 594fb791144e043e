/** Archives for tests, as other people's programs make them. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { TestContext } from "node:test";
import { output } from "../../tools/readers.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import type { Tree } from "../../tools/temporary-tree.ts";

/**
 * Packs a tree with GNU tar, as most people would.
 *
 * @param options further options of tar
 * @returns the archive's path, in a folder of its own
 */
export async function tarOf(
  test: TestContext,
  tree: Tree,
  options: readonly string[] = [],
): Promise<string> {
  const folder = await makeTree(test, { "tree/": "" });
  const source = await makeTree(test, tree);
  const archive = path.join(folder, "archive.tar.gz");
  await output("tar", ["-czf", archive, "--sort=name", ...options, "-C", source, "."]);
  return archive;
}

/** An entry for {@link pythonTar}: anything that Python's `tarfile` can write. */
export interface OddEntry {
  readonly name: string;
  /** A constant of `tarfile`. @default "REGTYPE" */
  readonly type?: string;
  readonly link?: string;
  readonly data?: string;
  readonly mode?: number;
}

const PYTHON = `
import io, json, sys, tarfile
with tarfile.open(sys.argv[1], "w", format=getattr(tarfile, sys.argv[2])) as archive:
    for entry in json.load(sys.stdin):
        data = entry.get("data", "").encode("latin-1")
        info = tarfile.TarInfo(entry["name"])
        info.type = getattr(tarfile, entry.get("type", "REGTYPE"))
        info.linkname = entry.get("link", "")
        info.mode = entry.get("mode", 0o644)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
`;

/**
 * Writes a plain tar with Python's `tarfile`, whatever is in it.
 *
 * @param format `PAX_FORMAT`, `GNU_FORMAT` or `USTAR_FORMAT`
 * @returns the archive's path
 */
export async function pythonTar(
  test: TestContext,
  entries: readonly OddEntry[],
  format = "PAX_FORMAT",
): Promise<string> {
  const folder = await makeTree(test);
  const archive = path.join(folder, "archive.tar");
  const stdin = path.join(folder, "entries.json");
  await writeFile(stdin, JSON.stringify(entries));
  const { runPython } = await import("../../ytjobs/run-python.ts");
  const { status, stderr } = await runPython(["-c", PYTHON, archive, format], { stdin });
  if (status !== 0) {
    throw new Error(`tarfile failed: ${stderr}`);
  }
  return archive;
}
