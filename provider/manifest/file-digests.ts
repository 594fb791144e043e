/** A part as the preview shows it: its files with short digests. */
import { partDigest, shortDigest } from "./digests.ts";
import type { ManifestFile, Part } from "./manifest.ts";

/** More files than this are rolled up by directory. */
const MAX_ENTRIES = 200;

/**
 * Maps the files of a part, by their paths inside it, to short digests; an executable file's
 * ends in `+x`. Beyond 200 entries directories stand for their files, as deep as that allows.
 */
export function fileDigests(part: Part): Readonly<Record<string, string>> {
  const entries = part.files.map((file) => ({ file, name: nameInPart(part, file) }));
  if (entries.length <= MAX_ENTRIES) {
    return Object.fromEntries(entries.map(({ file, name }) => [name, shown(file)]));
  }
  const depths = entries.map(({ name }) => name.split("/").length);
  for (let depth = Math.max(...depths) - 1; depth > 0; depth--) {
    const groups = Map.groupBy(entries, ({ name }) => directoryAt(name, depth));
    if (groups.size <= MAX_ENTRIES) {
      const rolledUp = [...groups].map(([name, group]) => [
        name,
        rolledUpDigest(group.map(({ file }) => file)),
      ]);
      return Object.fromEntries(rolledUp);
    }
  }
  return { "./": rolledUpDigest(part.files) };
}

function nameInPart(part: Part, file: ManifestFile): string {
  if (file.path === part.root) return file.path.split("/").at(-1) ?? file.path;
  const name = part.root === "" ? file.path : file.path.slice(part.root.length + 1);
  // Pulumi shows no key that begins with "__", at any depth, and Python is full of such names.
  return name.startsWith("__") ? `./${name}` : name;
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
  const [only, second] = files;
  if (only !== undefined && second === undefined) return shown(only);
  return `${shortDigest(partDigest(files))} (${files.length} files)`;
}
