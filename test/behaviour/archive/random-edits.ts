/** Random changes of a pipeline, of the tree that a build has left of it, and of the cache. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  appendFile,
  chmod,
  copyFile,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { addToTree } from "../../tools/temporary-tree.ts";

/** One of several things to do. */
type Deed = () => Promise<void>;

/** Numbers that look random, and are the same for the same seed. */
export class Chance {
  #state: string;

  constructor(seed: string) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = createHash("sha256").update(this.#state).digest("hex");
    return Number.parseInt(this.#state.slice(0, 8), 16) % limit;
  }

  of<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.below(items.length)] ?? items[0];
  }

  async do(deeds: readonly [Deed, ...Deed[]]): Promise<void> {
    await this.of(deeds)();
  }

  /** Text, or what does not compress. */
  content(): Buffer {
    const size = this.of([0, 10, 5000, 40_000, 700_000, 1_100_000]);
    const text = Buffer.alloc(size, `${this.below(1000)} words to repeat\n`);
    return this.below(3) === 0 ? noise(size, String(this.below(1000))) : text;
  }
}

/** Bytes that do not compress, and are the same for the same seed. */
export function noise(sizeBytes: number, seed: string): Buffer {
  return createHash("shake256", { outputLength: Math.max(1, sizeBytes) })
    .update(seed)
    .digest()
    .subarray(0, sizeBytes);
}

/** Changes a file, or where it is. */
export async function edit(folder: string, chance: Chance): Promise<void> {
  const files = await filesUnder(folder);
  const file = chance.of(files);
  await chance.do([
    () => appendFile(file, "# edited\n"),
    async () => writeFile(file, chance.content()),
    async () =>
      writeFile(path.join(path.dirname(file), `n${chance.below(99)}.py`), chance.content()),
    async () => (files.length > 1 ? rm(file) : undefined),
    () => chmod(file, chance.of([0o644, 0o755])),
    () => utimes(file, chance.below(2 ** 30), chance.below(2 ** 30)),
    () => alterBytes(file, chance),
    () => swapFolders(folder, chance),
    () => renameFolder(folder, chance),
  ]);
}

/** Changes a file of more than 4 MiB, which is packed in pieces; one of them at most, or how many there are. */
export async function editLarge(file: string, chance: Chance): Promise<void> {
  await chance.do([
    () => appendFile(file, chance.content()),
    () => alterBytes(file, chance),
    async () => truncate(file, (4 << 20) + chance.below(2 << 20)),
  ]);
}

/** Gives one of the files another content that nothing but its time of change tells from the one before. */
export async function editUnseen(folder: string, chance: Chance): Promise<void> {
  await alterBytes(chance.of(await filesUnder(folder)), chance);
}

/** Another content of the same size, in the same second or at the very same time by what the file says. */
async function alterBytes(file: string, chance: Chance): Promise<void> {
  const { size, atime, mtimeMs } = await stat(file);
  if (size === 0) {
    return;
  }
  const handle = await open(file, "r+");
  try {
    const altered = Buffer.from(String(chance.below(1_000_000)));
    await handle.write(altered, 0, Math.min(size, altered.length), 0);
  } finally {
    await handle.close();
  }
  const laterMs = chance.of([mtimeMs, Math.floor(mtimeMs / 1000) * 1000 + chance.below(1000)]);
  await utimes(file, atime, laterMs / 1000);
}

/** Exchanges two folders, or does nothing. */
export async function swapFolders(folder: string, chance: Chance): Promise<void> {
  const [one, other] = [await someFolder(folder, chance), await someFolder(folder, chance)];
  if (one !== undefined && other !== undefined && one !== other) {
    await rename(one, `${folder}-aside`);
    await rename(other, one);
    await rename(`${folder}-aside`, other);
  }
}

async function renameFolder(folder: string, chance: Chance): Promise<void> {
  const [one, name] = [await someFolder(folder, chance), `r${chance.below(99)}`];
  const names = await readdir(folder);
  if (one !== undefined && !names.includes(name)) {
    await rename(one, path.join(folder, name));
  }
}

/** One directly in the folder; undefined when there is none. */
async function someFolder(folder: string, chance: Chance): Promise<string | undefined> {
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const name = folders.toSorted()[chance.below(Math.max(1, folders.length))];
  return name === undefined ? undefined : path.join(folder, name);
}

/** Changes something in the tree that a build has left, as somebody might who looks around in it. */
export async function tamper(tree: string, chance: Chance): Promise<void> {
  const file = chance.of(await filesUnder(tree));
  const beside = path.join(path.dirname(file), `t${chance.below(99)}`);
  await chance.do([
    () => edit(tree, chance),
    () => rename(file, beside),
    async () => addToTree(beside, { "a/b": chance.content() }),
    () => rm(path.dirname(file), { recursive: true }),
  ]);
}

/** Cuts a file of the cache short, spoils it, or removes it: as often one of few as one of many of a kind. */
export async function damage(cache: string, chance: Chance): Promise<void> {
  const entries = await readdir(cache, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const files = await filesUnder(path.join(cache, chance.of([".", ...folders.toSorted()])));
  const [file, other] = [chance.of(files), chance.of(files)];
  await chance.do([
    () => truncate(file, 20),
    () => rm(file),
    () => copyFile(other, file),
    async () => {
      const bytes = await readFile(file);
      bytes[bytes.length >> 1] = chance.below(256);
      await writeFile(file, bytes);
    },
  ]);
}

async function filesUnder(folder: string): Promise<readonly [string, ...string[]]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const [first, ...others] = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
  assert.ok(first !== undefined, `no files in "${folder}"`);
  return [first, ...others];
}
