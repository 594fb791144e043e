/** Packed code with the name of a module of Python's own, which it takes the place of in jobs. */
import { STANDARD_MODULES } from "../pipeline/python/standard-modules.ts";
import { stageOfRoot } from "../pipeline/stages/stage-root.ts";
import type { ManifestWarning, Part } from "./manifest.ts";

/** A module at the top of a search path. A directory without `__init__.py` gives way to Python's own. */
const TOP_MODULE = /^([A-Za-z0-9]+)(?:\.py|\.pyc|(?:\.[\w-]+)?\.so|\/__init__\.py)$/;

/**
 * Warns of files at the top of a stage's `src/`, which is searched first, and of targets: the
 * archive's root is searched next. Modules of `upload_modules` have the names that they have.
 */
export function standardNameWarnings(parts: readonly Part[]): readonly ManifestWarning[] {
  return parts.flatMap((part) => {
    if (part.kind === "stage") {
      return warningsBelow(part, `${part.root}/src/`, ` of stage "${stageOfRoot(part.root)}"`);
    }
    return part.kind === "upload-path" ? warningsBelow(part, "", "") : [];
  });
}

function warningsBelow(part: Part, place: string, whose: string): readonly ManifestWarning[] {
  return part.files.flatMap(({ path }): readonly ManifestWarning[] => {
    const name = path.startsWith(place)
      ? TOP_MODULE.exec(path.slice(place.length))?.[1]
      : undefined;
    if (name === undefined || !STANDARD_MODULES.has(name)) {
      return [];
    }
    const remedy = part.kind === "stage" ? "rename it" : "give it another target";
    const message = `"${path}" takes the place of Python's own module "${name}" in jobs${whose}: ${remedy}`;
    return [{ type: "standard-module-name", part: part.key, message }];
  });
}
