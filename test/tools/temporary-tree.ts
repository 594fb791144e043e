/** Temporary folders with known contents, gone when the test is over. */
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";

/** What stands at a path: text or bytes, a file with a mode, or a symbolic link. */
export type TreeEntry =
  | string
  | Uint8Array
  | { readonly text: string | Uint8Array; readonly mode: number }
  | { readonly link: string };

/** Paths, relative and with `/`; one that ends in `/` is an empty directory. */
export type Tree = Readonly<Record<string, TreeEntry>>;

/**
 * Makes a temporary folder, removed after the test.
 *
 * @returns its real path
 */
export async function makeTree(test: TestContext, tree: Tree = {}): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "tree-")));
  test.after(() => rm(folder, { recursive: true, force: true }));
  await addToTree(folder, tree);
  return folder;
}

/** Writes entries into a folder that is there. */
export async function addToTree(folder: string, tree: Tree): Promise<void> {
  for (const [name, entry] of Object.entries(tree)) {
    const file = path.join(folder, name);
    await mkdir(name.endsWith("/") ? file : path.dirname(file), { recursive: true });
    if (!name.endsWith("/")) {
      await writeEntry(file, entry);
    }
  }
}

async function writeEntry(file: string, entry: TreeEntry): Promise<void> {
  if (typeof entry === "string" || entry instanceof Uint8Array) {
    await writeFile(file, entry);
  } else if ("link" in entry) {
    await symlink(entry.link, file);
  } else {
    await writeFile(file, entry.text);
    // Not by writeFile's own mode, from which the umask would take bits.
    await chmod(file, entry.mode);
  }
}
