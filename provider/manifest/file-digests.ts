/** A part as the preview shows it: its files with short digests. */
import { partDigest, shortDigest } from "./digests.ts";
import type { ManifestFile, Part } from "./manifest.ts";
import { visibleKey } from "./part-key.ts";

/** More files than this are rolled up by directory. */
const MAX_ENTRIES = 200;

/**
 * Maps the files of a part, by their paths inside it, to short digests; an executable file's
 * ends in `+x`. Beyond 200 entries directories stand for their files, as deep as that allows.
 */
export function fileDigests(part: Part): Readonly<Record<string, string>> {
  const entries = part.files.map((file) => ({ file, name: nameInPart(part, file) }));
  if (entries.length <= MAX_ENTRIES) {
    return Object.fromEntries(entries.map(({ file, name }) => [visibleKey(name), shown(file)]));
  }
  const depths = entries.map(({ name }) => name.split("/").length);
  for (let depth = Math.max(...depths) - 1; depth > 0; depth--) {
    const groups = Map.groupBy(entries, ({ name }) => directoryAt(name, depth));
    if (groups.size > MAX_ENTRIES) {
      continue;
    }
    const rolledUp = [...groups].map(([name, group]) => {
      const files = group.map(({ file }) => file);
      const isDirectory = name.endsWith("/");
      return [visibleKey(name), isDirectory ? rolledUpDigest(files) : files.map(shown).join()];
    });
    return Object.fromEntries(rolledUp);
  }
  return { "./": rolledUpDigest(part.files) };
}

/** A file of a part as {@link fileDigests} has it where nothing is rolled up: name and digest. */
export function fileDigest(
  root: string,
  file: Pick<ManifestFile, "mode" | "path" | "sha256">,
): readonly [string, string] {
  return [visibleKey(nameInPart({ root }, file)), shown(file)];
}

/** How many files an entry of {@link fileDigests} stands for: the reverse of rolling up. */
export function filesOfEntry(name: string, digest: string): number {
  const rolledUp = / \((\d+) files?\)$/.exec(digest);
  return name.endsWith("/") && rolledUp !== null ? Number(rolledUp[1]) : digest.split(",").length;
}

function nameInPart({ root }: Pick<Part, "root">, file: Pick<ManifestFile, "path">): string {
  if (file.path === root) {
    return file.path.split("/").at(-1) ?? file.path;
  }
  return root === "" ? file.path : file.path.slice(root.length + 1);
}

/** The directory of a file, at most that many levels deep; a file above that stands for itself. */
function directoryAt(name: string, depth: number): string {
  const components = name.split("/");
  return components.length <= depth ? name : `${components.slice(0, depth).join("/")}/`;
}

function shown(file: Pick<ManifestFile, "mode" | "sha256">): string {
  return `${shortDigest(file.sha256)}${file.mode === 0o755 ? "+x" : ""}`;
}

function rolledUpDigest(files: readonly ManifestFile[]): string {
  const count = files.length === 1 ? "1 file" : `${files.length} files`;
  return `${shortDigest(partDigest(files))} (${count})`;
}
