/** The files of an archive by their paths; of parts that nobody asks about nothing is made. */
import type { ManifestFile, Part } from "./manifest.ts";

/** See above. */
export class ArchiveFiles {
  readonly #parts: readonly Part[];
  readonly #byPath = new Map<Part, ReadonlyMap<string, ManifestFile>>();

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  /** @param file a path in the archive */
  has(file: string): boolean {
    return this.get(file) !== undefined;
  }

  /** @param file a path in the archive */
  get(file: string): ManifestFile | undefined {
    for (const part of this.#parts) {
      const isIn = part.root === "" || file === part.root || file.startsWith(`${part.root}/`);
      const found = isIn ? this.#filesOf(part).get(file) : undefined;
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }

  #filesOf(part: Part): ReadonlyMap<string, ManifestFile> {
    let files = this.#byPath.get(part);
    if (files === undefined) {
      files = new Map(part.files.map((file) => [file.path, file]));
      this.#byPath.set(part, files);
    }
    return files;
  }
}
