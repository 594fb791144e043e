/**
 * The parts that Python finds: the packages and modules of `upload_modules`, the metadata of their
 * distributions, and `ytjobs`.
 */
import { realpathSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { PipelineConfiguration } from "../pipeline/configuration/configuration.ts";
import { isInside } from "../../common/files/is-inside.ts";
import type { SourceOptions } from "../pipeline/files/found-file.ts";
import { findFirstPlace } from "../pipeline/python/first-place.ts";
import type { FirstPlace, PythonModule, PythonModules } from "../pipeline/python/python-modules.ts";
import { parseTarget } from "../pipeline/configuration/targets.ts";
import { allOrMistakes, UserError } from "../../common/errors/user-error.ts";
import { packageFile } from "../../common/package-file.ts";
import type { YtjobsOrigin } from "./manifest.ts";
import type { PartSource } from "./part-source.ts";

/** The copy of `ytjobs` that every installation of this project has. */
export const SHIPPED: YtjobsOrigin = "shipped with pulumi-yt-code";

/** What was found. */
export interface ModuleParts {
  readonly parts: readonly PartSource[];
  readonly ytjobs: YtjobsOrigin;
}

/**
 * Looks up all modules that a configuration asks for, and `ytjobs`, with one search.
 *
 * @param pipelineDirectory absolute, real path
 * @throws {UserError} when the search fails, or for modules that cannot be packed, all of them
 */
export async function findModuleParts(
  pipelineDirectory: string,
  { uploadModules }: PipelineConfiguration,
  search: (names: readonly string[], first: FirstPlace | undefined) => Promise<PythonModules>,
): Promise<ModuleParts> {
  // ytjobs is packed anyway: naming it asks for nothing more.
  const requests = requestedModules(uploadModules).filter(({ name }) => name !== "ytjobs");
  const names = ["ytjobs", ...requests.filter(({ isValid }) => isValid).map(({ name }) => name)];
  const found = await search(names, await findFirstPlace(pipelineDirectory, names));
  const own = findOwnYtjobs(found);
  const parts = await allOrMistakes([
    own.then((module) => ytjobsPart(module, pipelineDirectory)),
    ...requests.map(async (request) => modulePart(request, found, pipelineDirectory)),
  ]);
  return {
    parts: [...parts, ...metadataParts(requests, found, pipelineDirectory)],
    ytjobs: (await own) === undefined ? SHIPPED : "python environment",
  };
}

/** A module with code to pack. */
type PackedModule = Extract<PythonModule, { readonly type: "package" | "file" }>;

/** A module that `upload_modules` names. */
interface ModuleRequest {
  /** As the user wrote it; the first time, when several lead to one module. */
  readonly written: string;
  /** The top-level name. */
  readonly name: string;
  readonly isValid: boolean;
}

function requestedModules(written: readonly string[]): readonly ModuleRequest[] {
  const requests = new Map<string, ModuleRequest>();
  for (const text of written) {
    // Python reads names in this form, so that one name is one file whatever the keyboard.
    const components = text.normalize("NFKC").split(".");
    const isValid = components.every((component) =>
      /^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(component),
    );
    const name = isValid ? (components[0] ?? "") : text;
    if (!requests.has(name)) {
      requests.set(name, { written: text, name, isValid });
    }
  }
  return [...requests.values()];
}

function modulePart(
  { written, name, isValid }: ModuleRequest,
  { modules, interpreter, searched }: PythonModules,
  pipelineDirectory: string,
): PartSource {
  const claimedBy = `upload_modules "${written}"`;
  if (!isValid) {
    throw new UserError(`Cannot pack ${claimedBy} as it is not the name of a Python module`, {
      argument: "pipeline",
    });
  }
  const found = modules.get(name) ?? { type: "missing" };
  switch (found.type) {
    case "package":
    case "file": {
      const root = parseTarget(found.type === "file" ? `${name}.py` : name, claimedBy);
      const sources = moduleSources(found, pipelineDirectory);
      for (const { source, linksWithin } of sources) {
        assertInside(source, linksWithin, claimedBy);
      }
      return { kind: "module", root, sources, claimedBy };
    }
    case "unpackable":
      throw unpackable(claimedBy, found.reason, interpreter);
    case "missing": {
      const what = written === name ? "it" : `"${name}"`;
      const places = [...new Set([pipelineDirectory, ...searched])];
      throw new UserError(
        `Cannot pack ${claimedBy} as the interpreter does not find ${what}: ${interpreter} searched ` +
          `${places.map((place) => `"${place}"`).join(", ")}; install the module there or name another interpreter, ` +
          "write the name that code imports where its distribution has another, set PYTHONPATH to the directory it is in, or list it under pipeline.upload_paths if it is in the pipeline directory",
        { argument: "pipeline" },
      );
    }
  }
}

/** A link in the pipeline directory may lead nowhere else, also when it is the module itself. */
function assertInside(source: string, within: string | undefined, claimedBy: string): void {
  const real = realpathSync.native(source);
  if (within === undefined || isInside(within, real)) {
    return;
  }
  throw new UserError(
    `Cannot pack ${claimedBy} as its link leads out of the pipeline directory "${within}": "${source}" -> "${real}"; ` +
      "put a copy in its place, or remove the link and set PYTHONPATH to the directory that it leads into",
    { argument: "pipeline" },
  );
}

function unpackable(claimedBy: string, reason: string, interpreter: string): UserError {
  return new UserError(`Cannot pack ${claimedBy} as ${reason} (asked ${interpreter})`, {
    argument: "pipeline",
  });
}

/** What of a distribution's metadata is the same on every machine, and answers `importlib.metadata`. */
const METADATA_FILES = ["METADATA", "PKG-INFO", "entry_points.txt", "top_level.txt"];

/**
 * Modules ask for their own version at run time. Several may come with one distribution, and the
 * other way round. What was built in the pipeline directory is on one machine and not on another.
 */
function metadataParts(
  requests: readonly ModuleRequest[],
  { modules }: PythonModules,
  pipelineDirectory: string,
): readonly PartSource[] {
  const parts = new Map<string, PartSource>();
  for (const { written, name } of requests) {
    const found = modules.get(name);
    const metadata = found?.type === "package" || found?.type === "file" ? found.metadata : [];
    const installed = metadata?.filter((source) => !isPipelinesOwn(source, pipelineDirectory));
    for (const source of installed ?? []) {
      const root = metadataRoot(source);
      const claimedBy = `the metadata of upload_modules "${written}"`;
      const sources = [{ source, only: METADATA_FILES }];
      if (!parts.has(root)) {
        parts.set(root, { kind: "module", root, sources, claimedBy });
      }
    }
  }
  return [...parts.values()];
}

/** Its own name. What an egg holds is looked for beside the code when there is no egg. */
function metadataRoot(metadata: string): string {
  const name = path.basename(metadata);
  return name === "EGG-INFO" ? `${path.basename(path.dirname(metadata))}-info` : name;
}

/** What a virtual environment inside the pipeline directory holds is installed, not its own. */
function isPipelinesOwn(source: string, pipelineDirectory: string): boolean {
  if (!isInside(pipelineDirectory, source)) {
    return false;
  }
  return !path.relative(pipelineDirectory, source).split(path.sep).includes("site-packages");
}

function moduleSources(found: PackedModule, pipelineDirectory: string): readonly SourceOptions[] {
  if (found.type === "file") {
    // Ignore files begin to count at a package itself, but a single file has none of its own.
    return [sourceAt(found.file, path.dirname(found.file), pipelineDirectory)];
  }
  const whole = found.directories.map((source) => sourceAt(source, source, pipelineDirectory));
  const mapped = found.mapped.map(({ directory, entry }) => ({
    ...sourceAt(directory, directory, pipelineDirectory),
    only: [entry],
  }));
  return [...whole, ...mapped];
}

function sourceAt(found: string, rulesFrom: string, pipelineDirectory: string): SourceOptions {
  // Python may have come there by way of a link.
  const source = isInside(pipelineDirectory, found) ? found : realpathSync.native(found);
  return isPipelinesOwn(source, pipelineDirectory)
    ? { source, rulesFrom: pipelineDirectory, linksWithin: pipelineDirectory }
    : { source: found, rulesFrom };
}

/**
 * The `ytjobs` of the user's Python environment, if it has one of its own.
 *
 * @throws {UserError} when jobs would import one there that cannot be packed
 */
async function findOwnYtjobs({
  modules,
  interpreter,
}: PythonModules): Promise<PackedModule | undefined> {
  const found = modules.get("ytjobs");
  if (found?.type === "unpackable") {
    throw unpackable("ytjobs", found.reason, interpreter);
  }
  if (found?.type !== "package" || !(await isRegularPackage(found.directories))) {
    return undefined;
  }
  // In this project's own checkout the interpreter may find the very copy that ships.
  const isShipped = (await realpath(found.directories[0] ?? "")) === (await shippedYtjobs());
  return isShipped ? undefined : found;
}

async function ytjobsPart(
  own: PackedModule | undefined,
  pipelineDirectory: string,
): Promise<PartSource> {
  const sources =
    own === undefined ? [{ source: await shippedYtjobs() }] : moduleSources(own, pipelineDirectory);
  return { kind: "ytjobs", root: "ytjobs", claimedBy: "ytjobs", sources };
}

/** Any folder of that name would pass for a namespace package, be it somebody's notes. */
async function isRegularPackage([directory]: readonly string[]): Promise<boolean> {
  if (directory === undefined) {
    return false;
  }
  const stats = await stat(path.join(directory, "__init__.py")).catch(() => undefined);
  return stats !== undefined;
}

/** The copy of `ytjobs` in this package. */
async function shippedYtjobs(): Promise<string> {
  const folder = packageFile("ytjobs");
  if (await isRegularPackage([folder])) {
    return realpath(folder);
  }
  throw new UserError(
    "Cannot find the package ytjobs that ships with pulumi-yt-code: reinstall it",
  );
}
