/** Packed code with the name of a module of Python's own, which it takes the place of in jobs. */
import path from "node:path";
import { STANDARD_MODULES } from "../pipeline/python/standard-modules.ts";
import type { ManifestWarning, Part } from "./manifest.ts";
import { operationsOf } from "./operations.ts";
import type { StagePart } from "./stage-part.ts";

/** A module at the top of a search path. A directory without `__init__.py` gives way to Python's own. */
const TOP_MODULE = /^(\w+)(?:\.py|\.pyc|(?:\.[\w-]+)?\.so|\/__init__\.py)$/;

/**
 * Warns of files beside a stage's entry points, where jobs search first, and of targets: the
 * archive's root is searched next. Modules of `upload_modules` have the names that they have.
 */
export function standardNameWarnings(
  parts: readonly Part[],
  stages: readonly StagePart[],
): readonly ManifestWarning[] {
  const uploaded = parts.filter(({ kind }) => kind === "upload-path");
  return [
    ...stages.flatMap((stage) =>
      firstPlaces(stage).flatMap((place) =>
        warningsIn(place, stage.part, ` of stage "${stage.stage}": rename it`),
      ),
    ),
    ...uploaded.flatMap((part) => warningsIn("", part, ": give it another target")),
  ];
}

/** The directories of a stage's entry points; `src/` when jobs come by its code in another way. */
function firstPlaces(stage: StagePart): readonly string[] {
  const scripts = operationsOf(stage).map(({ script }) => script);
  const directories = new Set(scripts.map((script) => path.posix.dirname(script)));
  return [...(directories.size === 0 ? ["."] : directories)].map(
    (directory) => `${path.posix.join(stage.part.root, "src", directory)}/`,
  );
}

/** @param place the directory, with a slash */
function warningsIn(
  place: string,
  { key, files }: Part,
  whoseAndRemedy: string,
): readonly ManifestWarning[] {
  return files.flatMap(({ path: file }): readonly ManifestWarning[] => {
    const name = file.startsWith(place)
      ? TOP_MODULE.exec(file.slice(place.length))?.[1]
      : undefined;
    if (name === undefined || !STANDARD_MODULES.has(name)) {
      return [];
    }
    const message = `"${file}" takes the place of Python's own module "${name}" in jobs${whoseAndRemedy}`;
    return [{ type: "standard-module-name", part: key, message }];
  });
}
