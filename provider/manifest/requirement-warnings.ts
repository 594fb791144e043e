/** What is odd about the requirements of a stage: versions that float, files that stay behind. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { isMissing } from "../../common/files/file-errors.ts";
import { listSome } from "../../common/text/list.ts";
import { parseRequirements } from "../pipeline/stages/requirements.ts";
import type { IncludedFile, Requirement } from "../pipeline/stages/requirements.ts";
import { stageOfRoot } from "../pipeline/stages/stage-root.ts";
import type { ArchiveFiles } from "./archive-files.ts";
import type { ManifestFile, ManifestWarning, Part } from "./manifest.ts";

/** So many are named in one sentence; the rest are counted. */
const MAX_NAMED = 5;

/** A requirement, and the file of the archive that it stands in. */
interface Placed<Statement> {
  readonly file: string;
  readonly statement: Statement;
}

/** What a stage's requirements come to, with the files that they include. */
interface Gathered {
  readonly requirements: Placed<Requirement>[];
  readonly constraints: Placed<Requirement>[];
  /** Included files that are not in the archive. */
  readonly missing: Placed<IncludedFile>[];
}

/**
 * Warns of what a stage's `requirements.txt` leaves open. Reads that file, and what it includes
 * with `-r` and `-c` out of the archive.
 *
 * @param stage a part of kind `stage`
 * @param files the files of the archive
 */
export async function requirementWarnings(
  stage: Part,
  files: ArchiveFiles,
): Promise<readonly ManifestWarning[]> {
  const main = `${stage.root}/requirements.txt`;
  if (!files.has(main)) {
    return [];
  }
  const gathered: Gathered = { requirements: [], constraints: [], missing: [] };
  await gather(main, files, gathered, "requirements", new Set());
  return [...unpinned(stage, gathered), ...missing(stage, gathered)];
}

async function gather(
  file: string,
  files: ArchiveFiles,
  gathered: Gathered,
  into: "requirements" | "constraints",
  seen: Set<string>,
): Promise<void> {
  const key = `${into} ${file}`;
  if (seen.has(key)) {
    return;
  }
  seen.add(key);
  const { requirements, includes } = parseRequirements(await textOf(files.get(file)));
  gathered[into].push(...requirements.map((statement) => ({ file, statement })));
  for (const statement of includes) {
    if (!isRelativeFile(statement.file)) {
      continue;
    }
    // pip looks for it beside the file that names it.
    const included = path.posix.join(path.posix.dirname(file), statement.file);
    if (files.has(included)) {
      await gather(included, files, gathered, statement.isConstraint ? "constraints" : into, seen);
    } else {
      gathered.missing.push({ file, statement });
    }
  }
}

/** Not an address, not a place on the cluster's machines, and nothing for pip to fill in. */
function isRelativeFile(file: string): boolean {
  return file !== "" && !/^[a-z][a-z0-9+.-]*:/i.test(file) && !/^\/|\$\{/.test(file);
}

async function textOf(file: ManifestFile | undefined): Promise<string> {
  if (file?.content.type !== "file") {
    return "";
  }
  try {
    return await readFile(file.content.file, "utf8");
  } catch (error) {
    // It went away after it was listed: packing will say so.
    if (isMissing(error)) {
      return "";
    }
    throw error;
  }
}

function unpinned(stage: Part, gathered: Gathered): readonly ManifestWarning[] {
  const constrained = new Set(
    gathered.constraints
      .filter(({ statement }) => statement.isPinned)
      .map(({ statement }) => statement.name),
  );
  const floating = gathered.requirements.filter(
    ({ statement: { isPinned, name } }) =>
      !isPinned && (name === undefined || !constrained.has(name)),
  );
  if (floating.length === 0) {
    return [];
  }
  const named = floating.map((placed) => `"${placed.statement.label}" (${placeOf(placed, stage)})`);
  const list = listSome(named, MAX_NAMED);
  const [count, them] =
    floating.length === 1
      ? ["a requirement that is not pinned", "it"]
      : [`${floating.length} requirements that are not pinned`, "them"];
  const message = `Stage "${stageOfRoot(stage.root)}" has ${count}: ${list}; pin ${them} as name==version, so that every job gets the same`;
  return [{ type: "unpinned-requirements", part: stage.key, message }];
}

function missing(stage: Part, gathered: Gathered): readonly ManifestWarning[] {
  return gathered.missing.map((placed) => ({
    type: "missing-requirements-file",
    part: stage.key,
    message: `Stage "${stageOfRoot(stage.root)}" cannot install its requirements in a job: "${placed.statement.file}" (${placeOf(placed, stage)}) is not in the archive`,
  }));
}

/** `"line 3"` of the stage's own file, `"src/more.txt line 3"` of another. */
function placeOf(placed: Placed<{ readonly line: number }>, stage: Part): string {
  const { file, statement } = placed;
  const line = `line ${statement.line}`;
  if (file === `${stage.root}/requirements.txt`) {
    return line;
  }
  return `${path.posix.relative(stage.root, file)} ${line}`;
}
