/** Packed code with the name of a module of Python's own, which it takes the place of in jobs. */
import path from "node:path";
import { STANDARD_MODULES } from "../pipeline/python/standard-modules.ts";
import type { ManifestWarning, Part } from "./manifest.ts";
import { operationsOf } from "./operations.ts";
import { factsOf } from "./part-facts.ts";
import type { StagePart } from "./stage-part.ts";
import { topModulesIn } from "./top-modules.ts";
import type { TopModule } from "./top-modules.ts";

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
        warningsAbout(
          topModulesIn(place, stage.part.files),
          stage.part,
          ` of stage "${stage.stage}": rename it`,
        ),
      ),
    ),
    ...uploaded.flatMap((part) =>
      warningsAbout(factsOf(part).topModules, part, ": give it another target"),
    ),
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

function warningsAbout(
  modules: readonly TopModule[],
  { key }: Part,
  whoseAndRemedy: string,
): readonly ManifestWarning[] {
  return modules
    .filter(({ name }) => STANDARD_MODULES.has(name))
    .map(({ name, file }) => {
      const message = `"${file}" takes the place of Python's own module "${name}" in jobs${whoseAndRemedy}`;
      return { type: "standard-module-name", part: key, message };
    });
}
