/** From a configuration to the sources of each part: which places are packed, and as what. */
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { PipelineConfiguration, UploadPath } from "../pipeline/configuration.ts";
import { isInside, type SourceOptions } from "../pipeline/file-list.ts";
import {
  findPythonModules,
  type PythonModule,
  type PythonModules,
} from "../pipeline/python-modules.ts";
import { STAGE_CONTENTS } from "../pipeline/stages.ts";
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
 * @param stages names of the stages to pack
 * @throws {UserError} for a module or path that cannot be packed, or two with one target
 */
export async function findPartSources(
  pipelineDirectory: string,
  configuration: PipelineConfiguration,
  stages: readonly string[],
  python: string | undefined,
): Promise<PartSources> {
  const names = [...new Set(configuration.uploadModules.map(topLevelName))];
  const python3 = await findPythonModules(["ytjobs", ...names], python);
  const requested = await allOrMistakes([
    ...names.map(async (name) => modulePart(name, python3, pipelineDirectory)),
    ...configuration.uploadPaths.map(async (item) => uploadPathPart(item, pipelineDirectory)),
  ]);
  assertNoConflicts(requested.map((part) => ({ ...part, path: part.root })));
  const ytjobs = await ytjobsPart(python3.modules.get("ytjobs"), pipelineDirectory);
  return {
    parts: [ytjobs.part, ...requested, ...stages.map((name) => stagePart(name, pipelineDirectory))],
    ytjobs: ytjobs.origin,
  };
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
  if (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(first)) return first;
  throw new UserError(
    `Cannot pack upload_modules "${name}" as it is not the name of a Python module`,
    { argument: "pipeline" },
  );
}

function modulePart(
  name: string,
  { modules, interpreter, searched }: PythonModules,
  pipelineDirectory: string,
): PartSource {
  const claimedBy = `upload_modules "${name}"`;
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

function moduleSources(
  found: Extract<PythonModule, { readonly type: "package" | "file" }>,
  pipelineDirectory: string,
): readonly SourceOptions[] {
  const places = found.type === "file" ? [found.file] : found.directories;
  return places.map((source) => {
    if (isInside(pipelineDirectory, source)) return { source, rulesFrom: pipelineDirectory };
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
  if (found?.type === "package") {
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

/** The copy of `ytjobs` in this package: beside `provider/`, or beside `dist/` once compiled. */
async function shippedYtjobs(): Promise<string> {
  for (const up of ["../../ytjobs", "../../../ytjobs"]) {
    const candidate = fileURLToPath(new URL(up, import.meta.url));
    const stats = await stat(path.join(candidate, "__init__.py")).catch(() => undefined);
    if (stats !== undefined) return realpath(candidate);
  }
  throw new UserError(
    "Cannot find the package ytjobs that ships with pulumi-yt-code: reinstall it",
  );
}
