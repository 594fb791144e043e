/**
 * Names in an archive that are one name where case or Unicode normalization does not count: on a
 * Mac or on Windows, the file that is extracted last takes the other's place.
 */
import { listSome } from "../../common/text/list.ts";

/** How many collisions are named before they are only counted. */
const COLLISIONS_SHOWN = 5;

/**
 * Finds paths that differ only by case or by Unicode normalization, and files whose name is so a
 * directory's. Directories that become one lose nothing by it.
 *
 * @param files paths of files in an archive, with `/`
 * @returns groups of at least two paths, each in the order given; a directory ends in `/`
 */
export function findNameCollisions(files: readonly string[]): readonly (readonly string[])[] {
  const directories = directoriesOf(files);
  const seen = new Set<string>();
  const collided = new Set<string>();
  for (const file of files) {
    const key = keyOf(file);
    if (seen.has(key)) {
      collided.add(key);
    }
    seen.add(key);
  }
  for (const directory of directories) {
    const key = keyOf(directory);
    if (seen.has(key)) {
      collided.add(key);
    }
  }
  // Nearly always so, and then nothing was gathered.
  if (collided.size === 0) {
    return [];
  }
  const names = [...files, ...Array.from(directories, (directory) => `${directory}/`)];
  const groups = Map.groupBy(names, (name) => keyOf(name.replace(/\/$/, "")));
  return [...groups].filter(([key]) => collided.has(key)).map(([, group]) => group);
}

/** Whether {@link findNameCollisions} finds any. */
export function hasNameCollisions(files: readonly string[]): boolean {
  return findNameCollisions(files).length > 0;
}

/**
 * Whether something in one place may be something in another one where case or normalization does not count, as their
 * paths are one then, or one is inside the other.
 *
 * @param roots paths of directories or files in an archive, with `/`; `""` holds all others
 */
export function mayCollide(roots: readonly string[]): boolean {
  const keys = roots.map(keyOf);
  const seen = new Set(keys);
  return (
    seen.size < keys.length ||
    (seen.has("") && seen.size > 1) ||
    keys.some((key) => [...directoriesOf([key])].some((above) => seen.has(above)))
  );
}

/**
 * The warning about collisions, a sentence.
 *
 * @param files paths of files in an archive, with `/`
 * @returns undefined when there is none
 */
export function nameCollisionMessage(files: readonly string[]): string | undefined {
  const groups = findNameCollisions(files);
  if (groups.length === 0) {
    return undefined;
  }
  const names = groups.map((group) => group.map((name) => `"${distinctly(name)}"`).join(" and "));
  return (
    "Names that differ only by case or by how letters are encoded are one on a Mac or on Windows: " +
    `${listSome(names, COLLISIONS_SHOWN)}; rename or exclude one of each`
  );
}

/** Upper case first: several letters can have one capital, as the two small sigmas do. */
function keyOf(name: string): string {
  // Longer in bytes than in letters: not ASCII.
  return Buffer.byteLength(name) === name.length ? name.toLowerCase() : caseless(name);
}

function caseless(name: string): string {
  // Letter by letter, as a whole word's capitals can be more letters: "ß" is no "ss" to a disk.
  return Array.from(name.normalize("NFC"), (letter) => {
    const capital = letter.toUpperCase();
    return (capital.length === letter.length ? capital : letter).toLowerCase();
  })
    .join("")
    .normalize("NFC");
}

function directoriesOf(files: readonly string[]): ReadonlySet<string> {
  const directories = new Set<string>();
  for (const file of files) {
    for (let slash = file.lastIndexOf("/"); slash > 0; slash = file.lastIndexOf("/", slash - 1)) {
      const directory = file.slice(0, slash);
      if (directories.has(directory)) {
        break;
      }
      directories.add(directory);
    }
  }
  return directories;
}

/** Two encodings of one letter look the same: shows the marks that are letters' own characters. */
function distinctly(name: string): string {
  return name.replaceAll(/\p{M}/gu, (mark) => `\\u{${mark.codePointAt(0)?.toString(16)}}`);
}
