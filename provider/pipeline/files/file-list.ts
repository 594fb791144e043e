/**
 * Lists the files of one source (a stage, a module, an upload path): the only walk there is.
 * It decides what is in and out, follows links, and refuses what cannot be packed.
 */
import { readdirSync, statSync } from "node:fs";
import type { Dirent, Stats } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { signatureOf } from "../../../common/cache/file-signature.ts";
import type { FileSignature } from "../../../common/cache/file-signature.ts";
import { hasCode } from "../../../common/files/file-errors.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { assertUtf8Name, explainLongPath } from "./file-names.ts";
import { IGNORE_FILE } from "../ignore/ignore-rules.ts";
import type { IgnoreRules, RuleDecision } from "../ignore/ignore-rules.ts";
import { followLink } from "./links.ts";
import { joinPosix, readSourceRules } from "./source-rules.ts";
import { compareBytes } from "../../../common/text/compare-bytes.ts";

/** A file that will be packed. */
export interface FoundFile {
  /** Relative to the source, with `/`; `""` when the source is itself a file. */
  readonly relativePath: string;
  /** Where to read it. */
  readonly absolutePath: string;
  /** Its real path, where links lead to it or to a directory above. */
  readonly linkedPath: string;
  /** Whether its owner may execute it: all that the archive keeps of a mode. */
  readonly isExecutable: boolean;
  /** What the file system says of it. */
  readonly signature: FileSignature;
}

/** What to list. */
export interface SourceOptions {
  /** Absolute path of the source: a directory or a file. */
  readonly source: string;
  /**
   * Absolute path of the directory where `.ytignore` files begin to count: the pipeline
   * directory for a source inside it. @default the source itself
   */
  readonly rulesFrom?: string;
  /**
   * Real path of the directory that links must not lead out of: the pipeline directory for a source
   * inside it. @default none: links are followed wherever they lead, as Python does
   */
  readonly linksWithin?: string | undefined;
  /** Only these entries of the source directory, those that exist. @default all */
  readonly only?: readonly string[];
}

/**
 * Lists the files of a source, sorted by the bytes of their paths.
 *
 * @throws {UserError} for a link that leads out of the pipeline, dangles or loops; a socket, device or FIFO;
 * a directory that cannot be read; a name that is not UTF-8; a path that is longer than the
 * system allows; a source that `.ytignore` excludes
 */
export async function listFiles(options: SourceOptions): Promise<readonly FoundFile[]> {
  const { source, rulesFrom = source, linksWithin, only } = options;
  const stats = await stat(source);
  const { rulePath, rules, decision } = readSourceRules(rulesFrom, source, stats.isDirectory());
  if (decision.isExcluded) {
    throw await excludedSource(rulePath, decision, rulesFrom);
  }
  const realSource = await realpath(source);
  if (!stats.isDirectory()) {
    return [toFoundFile("", source, realSource, stats)];
  }
  const walk = new Walk(linksWithin, rulePath);
  try {
    walk.directory(source, "", rules, [realSource], only);
  } catch (error) {
    throw explainLongPath(error);
  }
  return walk.files.toSorted((a, b) => compareBytes(a.relativePath, b.relativePath));
}

class Walk {
  readonly files: FoundFile[] = [];
  /** What links must not lead out of. */
  readonly #linksWithin: string | undefined;
  /** Of the source, relative to where rules begin. */
  readonly #rulePath: string;

  constructor(linksWithin: string | undefined, rulePath: string) {
    this.#linksWithin = linksWithin;
    this.#rulePath = rulePath;
  }

  /**
   * Synchronous within a directory, as thousands of small questions cost more in trips to a
   * thread than in answers.
   *
   * @param rulesAbove those of the directories above
   * @param ancestors real paths of the directories being walked, outermost first, this one too: a
   * link back to one of them is a loop
   */
  directory(
    directory: string,
    relative: string,
    rulesAbove: IgnoreRules,
    ancestors: readonly string[],
    only?: readonly string[],
  ): void {
    const entries = readDirectory(directory);
    const rulePath = joinPosix(this.#rulePath, relative);
    // Those where rules begin are read already.
    const hasRules = rulePath !== "" && entries.some((entry) => entry.name === IGNORE_FILE);
    const rules = hasRules ? rulesAbove.enter(rulePath) : rulesAbove;
    for (const entry of entries) {
      if (only !== undefined && !only.includes(entry.name)) {
        continue;
      }
      if (entry.name === IGNORE_FILE) {
        continue;
      }
      const absolute = `${directory}${path.sep}${entry.name}`;
      assertUtf8Name(absolute);
      this.#entry(entry, absolute, joinPosix(relative, entry.name), rules, ancestors);
    }
  }

  #entry(
    entry: Dirent,
    absolute: string,
    relative: string,
    rules: IgnoreRules,
    ancestors: readonly string[],
  ): void {
    const rulePath = joinPosix(this.#rulePath, relative);
    if (rules.excludes(rulePath, entry.isDirectory())) {
      return;
    }
    if (entry.isSymbolicLink()) {
      // A link to a directory is packed as that directory, so rules for directories apply too.
      if (rules.excludes(rulePath, true)) {
        return;
      }
      this.#link(absolute, relative, rules, ancestors);
      return;
    }
    const real = `${ancestors.at(-1)}${path.sep}${entry.name}`;
    if (entry.isDirectory()) {
      this.directory(absolute, relative, rules, [...ancestors, real]);
    } else {
      this.files.push(toFoundFile(relative, absolute, real, statSync(absolute)));
    }
  }

  #link(
    absolute: string,
    relative: string,
    rules: IgnoreRules,
    ancestors: readonly string[],
  ): void {
    const within = this.#linksWithin;
    const { target, stats } = followLink({ absolute, relative, within, ancestors });
    if (stats.isDirectory()) {
      this.directory(absolute, relative, rules, [...ancestors, target]);
    } else {
      this.files.push(toFoundFile(relative, absolute, target, stats));
    }
  }
}

/**
 * What the archive keeps of a file.
 *
 * @throws {UserError} for a socket, device or FIFO
 */
export function toFoundFile(
  relativePath: string,
  absolutePath: string,
  linkedPath: string,
  stats: Stats,
): FoundFile {
  if (!stats.isFile()) {
    throw new UserError(
      `Cannot pack "${absolutePath}" as it is ${kindOf(stats)}: only files and directories can be packed`,
      { argument: "pipeline" },
    );
  }
  return {
    relativePath,
    absolutePath,
    linkedPath,
    isExecutable: (stats.mode & 0o100) !== 0,
    signature: signatureOf(stats),
  };
}

async function excludedSource(
  rulePath: string,
  { rule, excludedDirectory = rulePath }: RuleDecision,
  rulesFrom: string,
): Promise<UserError> {
  // Loaded only here: few people exclude what they ask for.
  const { describeRule } = await import("../ignore/describe-rule.ts");
  const which = rule === undefined ? `a "${IGNORE_FILE}"` : describeRule(rule, rulesFrom);
  const remedy =
    rule?.type === "built-in"
      ? `take it back with "!/${excludedDirectory}" in the pipeline's "${IGNORE_FILE}", or remove the source`
      : "remove the rule or the source";
  return new UserError(`Cannot pack "${rulePath}" as ${which} excludes it: ${remedy}`, {
    argument: "pipeline",
  });
}

function readDirectory(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if (!hasCode(error, "EACCES")) {
      throw error;
    }
    throw new UserError(
      `Cannot read the directory "${directory}": permission denied; make it readable or exclude it in "${IGNORE_FILE}"`,
      { argument: "pipeline" },
    );
  }
}

function kindOf(stats: Stats): string {
  if (stats.isSocket()) {
    return "a socket";
  }
  if (stats.isFIFO()) {
    return "a FIFO";
  }
  return "a device";
}
