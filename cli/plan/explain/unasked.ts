/** Paths that are in no part: where they are on disk, and why no part asks for them. */
import { lstatSync, realpathSync } from "node:fs";
import path from "node:path";
import { isMissing } from "../../../common/files/file-errors.ts";
import { listFiles } from "../../../provider/pipeline/files/file-list.ts";
import type { FoundFile, SourceOptions } from "../../../provider/pipeline/files/found-file.ts";
import { IGNORE_FILE } from "../../../provider/pipeline/ignore/ignore-rules.ts";
import { isInside } from "../../../common/files/is-inside.ts";
import { listSome } from "../../../common/text/list.ts";
import { stageRoot } from "../../../provider/pipeline/stages/stage-root.ts";
import { STAGE_CONTENTS } from "../../../provider/pipeline/stages/stages.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { NO_VERDICT } from "./explanation.ts";
import type { ExplainedPipeline, Verdict } from "./explanation.ts";

/** How many paths a reason holds before it only counts. */
const PATHS_SHOWN = 3;

/**
 * The absolute paths that a user may mean, best first.
 *
 * @param asked relative or absolute
 * @param orRelativeTo another directory that it may be relative to; only if something is there
 */
export function placesOnDisk(
  asked: string,
  pipelineDirectory: string,
  orRelativeTo: string | undefined,
): readonly string[] {
  const own = path.resolve(pipelineDirectory, asked);
  const other = orRelativeTo === undefined ? own : path.resolve(orRelativeTo, asked);
  const place = exists(own) || !exists(other) ? own : other;
  // Inside, links on the way are part of the question; from outside, one may lead here.
  return isInside(pipelineDirectory, place) ? [place] : [place, withRealParent(place)];
}

/**
 * Explains a path that is in no part.
 *
 * @param places as {@link placesOnDisk} gives them
 * @throws {UserError} when there is nothing at any of them
 */
export async function explainUnasked(
  asked: string,
  places: readonly string[],
  pipeline: ExplainedPipeline,
): Promise<Verdict> {
  const file = places.find(exists);
  if (file === undefined) {
    throw new UserError(
      `Cannot explain "${asked}" as there is no such file in "${pipeline.pipelineDirectory}" and no such path in the archive`,
    );
  }
  if (path.basename(file) === IGNORE_FILE) {
    return { ...NO_VERDICT, because: "ignore-file", file };
  }
  const linked = pipeline.isPacked ? await archivePathsBehindLinks(file, pipeline) : [];
  const detail =
    linked.length === 0
      ? reason(file, pipeline)
      : `no part asks for it here, but links lead to it: it is packed as ${listSome(linked, PATHS_SHOWN)}`;
  return { ...NO_VERDICT, file, detail };
}

/** Where a file, or what is in a directory, is packed as links in parts lead there. */
async function archivePathsBehindLinks(
  file: string,
  { parts }: ExplainedPipeline,
): Promise<readonly string[]> {
  const real = realPathOf(file);
  if (real === undefined) {
    return [];
  }
  const found: string[] = [];
  for (const { root, sources } of parts) {
    for (const { absolutePath, linkedPath, relativePath } of await filesOf(sources)) {
      if (absolutePath !== linkedPath && isInside(real, linkedPath)) {
        found.push(relativePath === "" ? root : `${root}/${relativePath}`);
      }
    }
  }
  return [...new Set(found)];
}

/** None of a part that cannot be packed, which is said elsewhere. */
async function filesOf(sources: readonly SourceOptions[]): Promise<readonly FoundFile[]> {
  try {
    return (await Promise.all(sources.map(listFiles))).flat();
  } catch (error) {
    if (error instanceof UserError) {
      return [];
    }
    throw error;
  }
}

function reason(file: string, pipeline: ExplainedPipeline): string {
  const { pipelineDirectory, parts, enabledStages } = pipeline;
  const inside = parts.filter(({ sources }) =>
    sources.some(({ source }) => isInside(file, source)),
  );
  if (inside.length > 0) {
    return `only what is asked for in it is packed: ${inside.map(({ claimedBy }) => claimedBy).join(", ")}`;
  }
  if (!isInside(pipelineDirectory, file)) {
    return "it is not in the pipeline directory, nor in a module under upload_modules";
  }
  const [top, stage, entry] = path.relative(pipelineDirectory, file).split(path.sep);
  if (top === "stages" && stage !== undefined) {
    if (parts.some(({ root }) => root === stageRoot(stage)) && entry !== undefined) {
      return `of a stage only ${listed(STAGE_CONTENTS)} are packed`;
    }
    if (!enabledStages.includes(stage)) {
      return `the stage "${stage}" is not under stages.enabled_stages`;
    }
    if (!exists(path.join(pipelineDirectory, stageRoot(stage), "src"))) {
      return `the stage "${stage}" has no src/, so nothing of it is packed`;
    }
  }
  return "it is in no enabled stage and under no upload path";
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function withRealParent(file: string): string {
  const directory = realPathOf(path.dirname(file));
  return directory === undefined ? file : path.join(directory, path.basename(file));
}

/** Undefined when there is nothing, also for a link that leads nowhere. */
function realPathOf(file: string): string | undefined {
  try {
    return realpathSync.native(file);
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}

function exists(file: string): boolean {
  try {
    lstatSync(file);
    return true;
  } catch (error) {
    if (isMissing(error)) {
      return false;
    }
    throw error;
  }
}
