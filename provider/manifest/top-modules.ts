/** Modules at the top of a place that Python searches. */

/** A directory without `__init__.py` gives way to Python's own. */
const TOP_MODULE = /^(\w+)(?:\.py|\.pyc|(?:\.[\w-]+)?\.so|\/__init__\.py)$/;

/** See above. */
export interface TopModule {
  readonly name: string;
  /** The path of its file in the archive. */
  readonly file: string;
}

/** @param place where Python searches, with a slash at its end; `""` is the root of the archive */
export function topModulesIn(
  place: string,
  files: readonly { readonly path: string }[],
): readonly TopModule[] {
  return files.flatMap(({ path: file }) => {
    const name = file.startsWith(place)
      ? TOP_MODULE.exec(file.slice(place.length))?.[1]
      : undefined;
    return name === undefined ? [] : [{ name, file }];
  });
}
