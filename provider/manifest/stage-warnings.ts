/** What is odd about a stage: files that are missed, code that nothing runs. */
import { shownName } from "../../common/text/shown-name.ts";
import type { PipelineConfiguration } from "../pipeline/configuration/configuration.ts";
import { scriptKey } from "../pipeline/stages/named-scripts.ts";
import {
  ENTRY_POINT_NAMES,
  ENTRY_POINTS,
  MAP_REDUCE_LEGS,
  OPERATIONS,
} from "../pipeline/stages/operations.ts";
import { findScript } from "../pipeline/stages/wrappers.ts";
import type { ArchiveFiles } from "./archive-files.ts";
import type { ManifestWarning } from "./manifest.ts";
import { isCode } from "./operations.ts";
import { requirementWarnings } from "./requirement-warnings.ts";
import { hasSource } from "./stage-part.ts";
import type { StagePart } from "./stage-part.ts";

/** What to write to pack code that no entry point leads to. */
const PACK_ALL_ADVICE = 'write "pack_stages: all" under "pipeline:"';

/**
 * Finds what deserves a warning. Cheap: all it reads are requirements files, and rules again where
 * a file is missed.
 *
 * @param files the files of the archive
 */
export async function stageWarnings(
  stage: StagePart,
  files: ArchiveFiles,
  configuration: Pick<PipelineConfiguration, "packStages">,
): Promise<readonly ManifestWarning[]> {
  const { stage: name, part } = stage;
  const warn = (type: ManifestWarning["type"], message: string): ManifestWarning => ({
    type,
    part: part.key,
    message: `Stage "${name}" ${message}`,
  });
  const warnings = await configurationWarnings(stage, warn);
  const excluded = await excludedEntryPoints(stage, warn);
  warnings.push(...excluded, ...halfMapReduces(stage, warn));
  if (isCode(stage, configuration)) {
    warnings.push(...(await requirementWarnings(part, files)));
  } else if (excluded.length === 0) {
    warnings.push(await nothingToRun(stage, configuration.packStages, warn));
  }
  return warnings;
}

/** Makes a warning about a stage; the message goes on after its name. */
type Warn = (type: ManifestWarning["type"], message: string) => ManifestWarning;

async function configurationWarnings(stage: StagePart, warn: Warn): Promise<ManifestWarning[]> {
  const { facts, hasFile } = stage;
  const warnings: ManifestWarning[] = [];
  if (!hasFile("config.yaml")) {
    const excluded = facts.hasConfiguration ? await exclusionOf(stage, "config.yaml") : undefined;
    warnings.push(
      excluded === undefined
        ? warn("no-stage-config", "has no config.yaml")
        : warn("excluded-file", `has no config.yaml in the archive: ${excluded}`),
    );
  }
  if (facts.problem !== undefined) {
    const message = `runs only what has an ordinary name, as the scripts that its configuration names cannot be read: ${facts.problem}`;
    warnings.push(warn("unreadable-stage-config", message));
  }
  return warnings;
}

/** Files that would be entry points if no rule excluded them. */
async function excludedEntryPoints(
  stage: StagePart,
  warn: Warn,
): Promise<readonly ManifestWarning[]> {
  const { facts, hasFile } = stage;
  const onDisk = (file: string): boolean =>
    facts.sourceNames.some((name) => file === `src/${name}`);
  // Those that are named and not packed are refused.
  const wanted = OPERATIONS.filter(
    (operation) =>
      facts.scripts[operation] === undefined && findScript(operation, {}, hasFile) === undefined,
  );
  const warnings = new Map<string, ManifestWarning>();
  for (const operation of wanted) {
    const script = findScript(operation, {}, onDisk);
    if (script === undefined || warnings.has(script)) {
      continue;
    }
    const excluded = await exclusionOf(stage, `src/${script}`);
    if (excluded !== undefined) {
      warnings.set(script, warn("excluded-file", `cannot run as ${operation}: ${excluded}`));
    }
  }
  return [...warnings.values()];
}

async function nothingToRun(
  stage: StagePart,
  packStages: PipelineConfiguration["packStages"],
  warn: Warn,
): Promise<ManifestWarning> {
  if (!hasSource(stage)) {
    const places = ["src", ...stage.facts.sourceNames.map((name) => `src/${name}`)];
    for (const place of places) {
      const excluded = await exclusionOf(stage, place);
      if (excluded !== undefined) {
        return warn("excluded-file", `has no code in the archive: ${excluded}`);
      }
    }
  }
  if (packStages === "all") {
    return warn("nothing-to-run", "has src/ but no file in it");
  }
  const looked = ENTRY_POINT_NAMES.join(", ");
  return warn(
    "nothing-to-run",
    `has src/ but nothing to run: looked for ${looked}; if jobs use its code in another way, ${PACK_ALL_ADVICE}`,
  );
}

/** `"mapper.py is there, but .ytignore, line 1, …, excludes it"`; undefined when no rule excludes it. */
async function exclusionOf({ source }: StagePart, file: string): Promise<string | undefined> {
  const { explainExclusion } = await import("./exclusion.ts");
  const rule = explainExclusion(source, file);
  const name = file === "src" ? "src/" : file.replace(/^src\//, "");
  return rule && `${shownName(name)} is there, but ${rule} excludes it`;
}

/** A map-reduce of which only one leg is named, and the other is not there. */
function halfMapReduces({ facts, hasFile }: StagePart, warn: Warn): readonly ManifestWarning[] {
  const [mapper, reducer] = MAP_REDUCE_LEGS;
  const pairs = [[mapper, reducer] as const, [reducer, mapper] as const];
  return pairs
    .filter(
      ([named, other]) =>
        facts.scripts[named] !== undefined &&
        facts.scripts[other] === undefined &&
        findScript(other, facts.scripts, hasFile) === undefined,
    )
    .map(([named, other]) => {
      const looked = ENTRY_POINTS[other].join(", ");
      const message = `cannot run as map-reduce: ${scriptKey(named)} names "${shownName(facts.scripts[named] ?? "")}", but for the other leg there is none of ${looked}; name one with ${scriptKey(other)}`;
      return warn("half-map-reduce", message);
    });
}
