/** From a configuration to the sources of each part: which places are packed, and as what. */
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { PipelineConfiguration, UploadPath } from "../pipeline/configuration.ts";
import { isInside, type SourceOptions } from "../pipeline/file-list.ts";
import type { FindModules } from "../pipeline/module-memory.ts";
import {
  findPythonModules,
  type PythonModule,
  type PythonModules,
} from "../pipeline/python-modules.ts";
import { findStagesToPack, STAGE_CONTENTS } from "../pipeline/stages.ts";
import { assertNoConflicts, parseTarget } from "../pipeline/targets.ts";
import { resolveUploadPath } from "../pipeline/upload-paths.ts";
import { allOrMistakes, UserError } from "../user-error.ts";
import type { PartKind, YtjobsOrigin } from "./manifest.ts";

/** A part before its files are listed. */
export interface PartSource {
  readonly kind: PartKind;
  /** Relative path in the archive. */
  readonly root: string;
  /** Where its files are; the earlier of two files with one path wins. */
  readonly sources: readonly SourceOptions[];
  /** Who asked for it, as the user wrote it. */
  readonly claimedBy: string;
}

/** All parts that come from files, and where `ytjobs` was found. */
export interface PartSources {
  readonly parts: readonly PartSource[];
  readonly ytjobs: YtjobsOrigin;
}

/**
 * Resolves everything a configuration asks to pack.
 *
 * @param pipelineDirectory absolute, real path
 * @throws {UserError} for stages, modules and paths that cannot be packed, all of them, or two
 * with one target
 */
export async function findPartSources(
  pipelineDirectory: string,
  configuration: PipelineConfiguration,
  python: string | undefined,
  findModules: FindModules = findPythonModules,
): Promise<PartSources> {
  // ytjobs is packed anyway: naming it asks for nothing more.
  const requested = configuration.uploadModules.map(topLevelName);
  const names = [...new Set(requested)].filter((name) => name !== "ytjobs");
  const python3 = await findModules(["ytjobs", ...names.filter(isModuleName)], python);
  const parts = await allOrMistakes([
    stageParts(pipelineDirectory, configuration),
    ...names.map(async (name) => [modulePart(name, python3, pipelineDirectory)]),
    ...configuration.uploadPaths.map(async (item) => [
      await uploadPathPart(item, pipelineDirectory),
    ]),
  ]);
  assertNoConflicts(parts.flat().map((part) => ({ ...part, path: part.root })));
  const ytjobs = await ytjobsPart(python3.modules.get("ytjobs"), pipelineDirectory);
  return { parts: [ytjobs.part, ...parts.flat()], ytjobs: ytjobs.origin };
}

async function stageParts(
  pipelineDirectory: string,
  configuration: PipelineConfiguration,
): Promise<readonly PartSource[]> {
  const names = await findStagesToPack(pipelineDirectory, configuration);
  return names.map((name) => stagePart(name, pipelineDirectory));
}

async function uploadPathPart(item: UploadPath, pipelineDirectory: string): Promise<PartSource> {
  const { source, target, claimedBy } = await resolveUploadPath(pipelineDirectory, item);
  const sources = [{ source, rulesFrom: pipelineDirectory }];
  return { kind: "upload-path", root: target, sources, claimedBy };
}

function stagePart(name: string, pipelineDirectory: string): PartSource {
  const root = `stages/${name}`;
  const source = path.join(pipelineDirectory, "stages", name);
  return {
    kind: "stage",
    root,
    sources: [{ source, rulesFrom: pipelineDirectory, only: STAGE_CONTENTS }],
    claimedBy: `stage "${name}"`,
  };
}

function topLevelName(name: string): string {
  const [first = ""] = name.split(".");
  return first === "" ? name : first;
}

function isModuleName(name: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name);
}

function modulePart(
  name: string,
  { modules, interpreter, searched }: PythonModules,
  pipelineDirectory: string,
): PartSource {
  const claimedBy = `upload_modules "${name}"`;
  if (!isModuleName(name)) {
    throw new UserError(`Cannot pack ${claimedBy} as it is not the name of a Python module`, {
      argument: "pipeline",
    });
  }
  const found = modules.get(name) ?? { type: "missing" };
  switch (found.type) {
    case "package":
    case "file": {
      const root = parseTarget(found.type === "file" ? `${name}.py` : name, claimedBy);
      return { kind: "module", root, sources: moduleSources(found, pipelineDirectory), claimedBy };
    }
    case "unpackable":
      throw new UserError(
        `Cannot pack ${claimedBy} as it has no Python source: ${found.reason} (interpreter ${interpreter})`,
        { argument: "pipeline" },
      );
    case "missing":
      throw new UserError(
        `Cannot pack ${claimedBy} as the interpreter does not find it: ${interpreter} searched ` +
          `${searched.map((place) => `"${place}"`).join(", ")}; install the module there or name another interpreter`,
        { argument: "pipeline" },
      );
  }
}

/** What a virtual environment inside the pipeline directory holds is installed, not its own. */
function isPipelinesOwn(source: string, pipelineDirectory: string): boolean {
  if (!isInside(pipelineDirectory, source)) return false;
  return !path.relative(pipelineDirectory, source).split(path.sep).includes("site-packages");
}

function moduleSources(
  found: Extract<PythonModule, { readonly type: "package" | "file" }>,
  pipelineDirectory: string,
): readonly SourceOptions[] {
  const places = found.type === "file" ? [found.file] : found.directories;
  return places.map((source) => {
    if (isPipelinesOwn(source, pipelineDirectory)) return { source, rulesFrom: pipelineDirectory };
    // Ignore files begin to count at a package itself, but a single file has none of its own.
    return { source, rulesFrom: found.type === "file" ? path.dirname(source) : source };
  });
}

async function ytjobsPart(
  found: PythonModule | undefined,
  pipelineDirectory: string,
): Promise<{ readonly part: PartSource; readonly origin: YtjobsOrigin }> {
  const part = { kind: "ytjobs", root: "ytjobs", claimedBy: "ytjobs" } as const;
  const shipped = await shippedYtjobs();
  if (found?.type === "package" && (await isRegularPackage(found.directories))) {
    // In this project's own checkout the interpreter may find the very copy that ships.
    const isShipped = (await realpath(found.directories[0] ?? "")) === shipped;
    if (!isShipped) {
      const sources = moduleSources(found, pipelineDirectory);
      return { part: { ...part, sources }, origin: "python environment" };
    }
  }
  return {
    part: { ...part, sources: [{ source: shipped }] },
    origin: "shipped with pulumi-yt-code",
  };
}

/** Any folder of that name would pass for a namespace package, be it somebody's notes. */
async function isRegularPackage([directory = ""]: readonly string[]): Promise<boolean> {
  const stats = await stat(path.join(directory, "__init__.py")).catch(() => undefined);
  return stats !== undefined;
}

/** The copy of `ytjobs` in this package: beside `provider/`, or beside `dist/` once compiled. */
async function shippedYtjobs(): Promise<string> {
  for (const up of ["../../ytjobs", "../../../ytjobs"]) {
    const candidate = fileURLToPath(new URL(up, import.meta.url));
    if (await isRegularPackage([candidate])) return realpath(candidate);
  }
  throw new UserError(
    "Cannot find the package ytjobs that ships with pulumi-yt-code: reinstall it",
  );
}
