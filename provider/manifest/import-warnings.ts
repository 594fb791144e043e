/** Imports of packed code that cannot work in a job, as far as that can be told without running it. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { isMissing } from "../../common/files/file-errors.ts";
import { isInside } from "../../common/files/is-inside.ts";
import { listNames } from "../../common/files/list-names.ts";
import { listSome } from "../../common/text/list.ts";
import type { PythonImport } from "../pipeline/python/find-imports.ts";
import { stageRoot, STAGES_FOLDER } from "../pipeline/stages/stage-root.ts";
import type { ManifestFile, ManifestWarning, Part } from "./manifest.ts";

/** So many places are named in one sentence; the rest are counted. */
const MAX_NAMED = 5;

/** Nothing in a job imports these. */
const TEST_FILE = /(?:^|\/)(?:tests?\/|conftest\.py$|test_[^/]*\.py$|[^/]*_test\.py$)/;

/** In a stage's `src/`: takes the place of what the archive has under the name. */
const OWN_ROOT = new RegExp(`^${STAGES_FOLDER}/[^/]+/src/(ytjobs|${STAGES_FOLDER})[./]`);

/** A module that gives out names which do not stand in it. */
const DYNAMIC = /\bimport\s*\(?\s*\*|\b__getattr__\b|\bglobals\(|\bsetattr\(|\bexec\(/;

/** Something that is imported and not there. */
interface MissingImport {
  /** The absolute name of a module, or of something that would be in one. */
  readonly missing: string;
  /** The module that is there but does not hold it; undefined when a module itself is missing. */
  readonly module: string | undefined;
  readonly part: string;
  /** Where it is imported: `stages/train/src/mapper.py line 3`. */
  readonly place: string;
}

/**
 * Warns of imports from `ytjobs` and `stages` that the archive does not satisfy, each missing thing
 * once. Only the pipeline's own code is looked at: what installed modules import may never be called.
 *
 * @param pipelineDirectory absolute, real path
 */
export async function importWarnings(
  parts: readonly Part[],
  pipelineDirectory: string,
): Promise<readonly ManifestWarning[]> {
  const importing = parts.filter(({ kind, imports }) => kind !== "ytjobs" && imports !== undefined);
  if (importing.length === 0) {
    return [];
  }
  const modules = new ArchiveModules(parts);
  const missing: MissingImport[] = [];
  for (const part of importing) {
    for (const { place, wanted } of importsOfJobs(part, pipelineDirectory)) {
      for (const one of await modules.missingOf(wanted)) {
        missing.push({ ...one, part: part.key, place });
      }
    }
  }
  const warnings: ManifestWarning[] = [];
  for (const same of Map.groupBy(missing, (one) => `${one.module} ${one.missing}`).values()) {
    const [first] = same;
    if (first !== undefined) {
      const advice = await adviceOn(first.module ?? first.missing, modules, pipelineDirectory);
      warnings.push(warningOf(first, same, advice));
    }
  }
  return warnings;
}

/** What a part's files import when a job runs, and where. */
function importsOfJobs(
  part: Part,
  pipelineDirectory: string,
): readonly { readonly place: string; readonly wanted: PythonImport }[] {
  const files = (part.imports ?? []).filter(
    ({ file }) => isPipelinesOwn(file, pipelineDirectory) && !isTest(part, file),
  );
  return files.flatMap(({ file, imports }) =>
    imports
      .filter((wanted) => isForJobs(part, wanted))
      .map((wanted) => ({ place: `${file.path} line ${wanted.line}`, wanted })),
  );
}

/** Not installed, neither elsewhere nor in a virtual environment in the pipeline directory. */
function isPipelinesOwn({ content }: ManifestFile, pipelineDirectory: string): boolean {
  return (
    content.type === "file" &&
    isInside(pipelineDirectory, content.file) &&
    !content.file.split(path.sep).includes("site-packages")
  );
}

/** A stage may be called "test". */
function isTest({ kind, root }: Part, { path: file }: ManifestFile): boolean {
  return TEST_FILE.test(kind === "stage" ? file.slice(root.length + 1) : file);
}

/** What is uploaded beside the stages may also serve the driver, which has all of a stage's directory. */
function isForJobs({ kind }: Part, { module }: PythonImport): boolean {
  const [root, , source] = module.split(".");
  return kind === "stage" || root !== STAGES_FOLDER || source === "src";
}

/** @param same where it is imported, the first place among them */
function warningOf(
  { missing, module, part }: MissingImport,
  same: readonly MissingImport[],
  advice: string,
): ManifestWarning {
  const places = [...new Set(same.map(({ place }) => place))];
  const what = module === undefined ? `"${missing}"` : `"${missing}" of "${module}"`;
  const importing = `${listSome(places, MAX_NAMED)} ${places.length === 1 ? "imports" : "import"} it`;
  const isOfOnePart = same.every((other) => other.part === part);
  return {
    type: "missing-import",
    part: isOfOnePart ? part : undefined,
    message: `${what} is not in the archive, but ${importing}: ${advice}`,
  };
}

async function adviceOn(
  name: string,
  modules: ArchiveModules,
  pipelineDirectory: string,
): Promise<string> {
  const [root = "", stage, source] = name.split(".");
  if (root !== STAGES_FOLDER) {
    return "correct the import, or have a ytjobs that brings it (such as that of yt-framework) in the Python that packs";
  }
  if (stage === undefined || (modules.has(stageRoot(stage)) && source === "src")) {
    return "correct the import, or pack the file";
  }
  const names = await listNames(path.join(pipelineDirectory, stageRoot(stage)));
  if (names.length === 0) {
    return `correct the import, as there is no stage "${stage}"`;
  }
  return names.includes("src") && !modules.has(stageRoot(stage))
    ? `enable the stage "${stage}", or set pipeline.pack_stages to all`
    : "move that code into the stage's src/, the only code of a stage that jobs have";
}

/** The modules that the archive has below `ytjobs` and `stages`. */
class ArchiveModules {
  readonly #files = new Map<string, ManifestFile>();
  /** Paths of files, up to the first dot of their names. */
  readonly #stems = new Set<string>();
  readonly #directories = new Set<string>();
  /** Top-level names that some stage has for itself: what they lead to depends on the stage. */
  readonly #own = new Set<string>();
  readonly #texts = new Map<string, Promise<string | undefined>>();

  constructor(parts: readonly Part[]) {
    for (const part of parts.filter(({ kind }) => kind === "stage" || kind === "ytjobs")) {
      for (const file of part.files) {
        this.#add(file);
      }
    }
  }

  #add(file: ManifestFile): void {
    const [, own] = OWN_ROOT.exec(file.path) ?? [];
    if (own !== undefined) {
      this.#own.add(own);
    }
    this.#files.set(file.path, file);
    let directory = path.posix.dirname(file.path);
    const [stem = ""] = path.posix.basename(file.path).split(".", 1);
    this.#stems.add(`${directory}/${stem}`);
    while (!this.#directories.has(directory)) {
      this.#directories.add(directory);
      directory = path.posix.dirname(directory);
    }
  }

  /** Whether there is a module or package at a path, such as `stages/train/src/model`. */
  has(modulePath: string): boolean {
    return this.#stems.has(modulePath) || this.#directories.has(modulePath);
  }

  /** What of an import is not there. */
  async missingOf({
    module,
    names,
  }: PythonImport): Promise<readonly Pick<MissingImport, "missing" | "module">[]> {
    const components = module.split(".");
    if (this.#own.has(components[0] ?? "")) {
      return [];
    }
    for (const index of components.keys()) {
      const above = components.slice(0, index + 1);
      if (!this.has(above.join("/"))) {
        return [{ missing: above.join("."), module: undefined }];
      }
    }
    const missing: Pick<MissingImport, "missing" | "module">[] = [];
    const place = components.join("/");
    for (const name of names) {
      if (name === "*" || this.has(`${place}/${name}`)) {
        continue;
      }
      const text = await this.#textOf(place);
      if (text !== undefined) {
        if (!DYNAMIC.test(text) && !new RegExp(`\\b${name}\\b`).test(text)) {
          missing.push({ missing: name, module });
        }
      } else if (this.#hasNoCode(place)) {
        missing.push({ missing: `${module}.${name}`, module: undefined });
      }
    }
    return missing;
  }

  /** Whether that is a package which has nothing but modules. What was compiled has code. */
  #hasNoCode(place: string): boolean {
    return !this.#stems.has(place) && !this.#stems.has(`${place}/__init__`);
  }

  /** The code of a module; undefined when there is none, or none to read. */
  #textOf(place: string): Promise<string | undefined> {
    let text = this.#texts.get(place);
    if (text === undefined) {
      text = readModule(this.#files.get(`${place}/__init__.py`) ?? this.#files.get(`${place}.py`));
      this.#texts.set(place, text);
    }
    return text;
  }
}

async function readModule(file: ManifestFile | undefined): Promise<string | undefined> {
  if (file?.content.type !== "file") {
    return undefined;
  }
  try {
    return await readFile(file.content.file, "utf8");
  } catch (error) {
    // It went away after it was listed: packing will say so.
    if (isMissing(error)) {
      return "__getattr__";
    }
    throw error;
  }
}
