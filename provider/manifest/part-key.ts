/** The names of parts as inputs of the resource. */
import type { PartKind } from "./manifest.ts";

/** The key of the part that holds the generated wrappers. */
export const WRAPPERS_KEY = "wrappers/";

/**
 * The key of a part. It always has a slash, so that it can collide with no setting:
 * `"stages/train"`, `"ytjobs/"`, `"my_utils/"`, `"./words.txt"`.
 *
 * @param root the part's place in the archive
 * @param isFile whether the part is a single file
 */
export function partKey(kind: PartKind, root: string, isFile: boolean): string {
  if (kind === "wrappers") {
    return WRAPPERS_KEY;
  }
  if (root.includes("/")) {
    return visibleKey(root);
  }
  if (isFile) {
    return `./${root}`;
  }
  // A user's own directory "wrappers" must not be taken for the generated ones.
  return `${root}/` === WRAPPERS_KEY ? `./${root}/` : visibleKey(`${root}/`);
}

/** Pulumi shows no key that begins with "__", at any depth, and Python is full of such names. */
export function visibleKey(name: string): string {
  return name.startsWith("__") ? `./${name}` : name;
}

/** Whether an input of the resource is a part. */
export function isPartKey(key: string): boolean {
  return key.includes("/");
}

/** Where a part is in the archive: the reverse of {@link partKey}. The wrappers are in its root. */
export function rootOfKey(key: string): string {
  return key === WRAPPERS_KEY ? "" : key.replace(/^\.\//, "").replace(/\/$/, "");
}
