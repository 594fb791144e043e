/** What belongs into an assembled tree: the files of a manifest, and the directories that they are in. */
import type { ManifestFile } from "../../manifest/manifest.ts";
import { valueOf } from "./tree-places.ts";

/** See above. */
export class WantedPlaces {
  /** Relative paths, with `/`, parents before what is in them, and the place of each in this order; `""` is the tree. */
  readonly directories: ReadonlyMap<string, number>;
  /** Relative paths, with `/`, in the order in which they were given. */
  readonly files: readonly string[];
  /** What each file is to be. */
  readonly values: readonly string[];
  #names: Map<string, Set<string>> | undefined;

  constructor(files: readonly ManifestFile[]) {
    this.files = files.map((file) => file.path);
    this.values = files.map(valueOf);
    this.directories = directoriesOf(this.files);
  }

  /** The names that belong in one of the directories; mostly nobody asks. */
  namesIn(directory: string): ReadonlySet<string> {
    return (this.#names ??= this.#allNames()).get(directory) ?? new Set();
  }

  #allNames(): Map<string, Set<string>> {
    const names = new Map([...this.directories.keys()].map((one) => [one, new Set<string>()]));
    for (const place of [...this.directories.keys(), ...this.files]) {
      if (place !== "") {
        names.get(parentOf(place))?.add(place.slice(place.lastIndexOf("/") + 1));
      }
    }
    return names;
  }
}

function directoriesOf(files: readonly string[]): ReadonlyMap<string, number> {
  const directories = new Map([["", 0]]);
  const add = (directory: string): void => {
    if (!directories.has(directory)) {
      add(parentOf(directory));
      directories.set(directory, directories.size);
    }
  };
  let last = "";
  for (const file of files) {
    const parent = parentOf(file);
    // Files of one directory mostly follow each other.
    if (parent !== last) {
      add(parent);
      last = parent;
    }
  }
  return directories;
}

/** The directory that a place is in, as a relative path. */
export function parentOf(place: string): string {
  return place.slice(0, Math.max(0, place.lastIndexOf("/")));
}

/**
 * Finds places in a list, by their indexes. Those that are asked for one after another mostly follow each other in the list,
 * too, and then nothing is gathered first.
 */
export function placesAmong(list: readonly string[]): (place: string) => number | undefined {
  let next = 0;
  let indexes: ReadonlyMap<string, number> | undefined;
  return (place) => {
    if (list[next] === place) {
      return next++;
    }
    indexes ??= new Map(list.map((one, index) => [one, index]));
    const found = indexes.get(place);
    if (found !== undefined) {
      next = found + 1;
    }
    return found;
  };
}
