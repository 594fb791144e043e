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

function nameInPart(part: Part, file: ManifestFile): string {
  if (file.path === part.root) {
    return file.path.split("/").at(-1) ?? file.path;
  }
  return part.root === "" ? file.path : file.path.slice(part.root.length + 1);
}

/** The directory of a file, at most that many levels deep; a file above that stands for itself. */
function directoryAt(name: string, depth: number): string {
  const components = name.split("/");
  return components.length <= depth ? name : `${components.slice(0, depth).join("/")}/`;
}

function shown(file: ManifestFile): string {
  return `${shortDigest(file.sha256)}${file.mode === 0o755 ? "+x" : ""}`;
}

function rolledUpDigest(files: readonly ManifestFile[]): string {
  const count = files.length === 1 ? "1 file" : `${files.length} files`;
  return `${shortDigest(partDigest(files))} (${count})`;
}
