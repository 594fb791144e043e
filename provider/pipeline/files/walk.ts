/**
 * The only walk there is, through one source. It decides what is in and out, follows links, and refuses
 * what cannot be packed; what an earlier walk has listed and is certainly the same is not listed again.
 */
import { lstatSync, readdirSync, statSync } from "node:fs";
import type { Dirent, Stats } from "node:fs";
import path from "node:path";
import { signatureOf } from "../../../common/cache/file-signature.ts";
import type { FileSignature } from "../../../common/cache/file-signature.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { hasCode } from "../../../common/files/file-errors.ts";
import { IGNORE_FILE } from "../ignore/ignore-rules.ts";
import type { IgnoreRules } from "../ignore/ignore-rules.ts";
import { assertUtf8Name } from "./file-names.ts";
import { toFoundFile } from "./found-file.ts";
import { followLink } from "./links.ts";
import type { EntryKind, ListedDirectory, ListedEntry, ListedFile, ListedLink } from "./listing.ts";
import { joinPosix } from "./source-rules.ts";

/** What is known of the source from an earlier walk; of each place only what certainly still holds. */
export interface WalkedBefore {
  /** The rules that the source began with, as text. */
  readonly rules: string;
  /** A directory that has the same entries, and the same rules in it. */
  readonly directory: (relativePath: string) => ListedDirectory | undefined;
  /** What is in such a directory. */
  readonly entriesOf: (relativePath: string) => readonly ListedEntry[];
  /** Whether a directory, whatever else is in it, has the ignore file that it had, or none as before. */
  readonly hasSameRules: (relativePath: string, hasIgnoreFile: boolean) => boolean;
  /** A file that is the same. */
  readonly file: (relativePath: string) => ListedFile | undefined;
}

/** Nothing is known. */
const NOTHING: WalkedBefore = {
  rules: "",
  directory: () => undefined,
  entriesOf: () => [],
  hasSameRules: () => false,
  file: () => undefined,
};

/** Where a walk goes. */
export interface WalkOptions {
  /** What links must not lead out of. */
  readonly linksWithin: string | undefined;
  /** Of the source, relative to where rules begin. */
  readonly rulePath: string;
  /** The time before the walk, in ms since 1970. */
  readonly observedAtMs: number;
  /** @default nothing */
  readonly before?: WalkedBefore | undefined;
}

/** A directory that is being walked. */
interface Place {
  readonly absolute: string;
  /** Relative to the source. */
  readonly relative: string;
  /** The rules of the directories above; they are read only where they are needed. */
  readonly rulesAbove: () => IgnoreRules;
  /**
   * Real paths of the directories being walked, outermost first, this one too: a link back to one
   * of them is a loop.
   */
  readonly ancestors: readonly string[];
  /** Whether the rules above are those of the earlier walk. */
  readonly hasKnownRules: boolean;
}

/** Its results grow as it goes. */
export class Walk {
  /** Not sorted. */
  readonly files: ListedFile[] = [];
  readonly directories: ListedDirectory[] = [];
  readonly links: ListedLink[] = [];
  readonly #options: WalkOptions;
  readonly #before: WalkedBefore;

  constructor(options: WalkOptions) {
    this.#options = options;
    this.#before = options.before ?? NOTHING;
  }

  /**
   * Synchronous, as thousands of small questions cost more in trips to a thread than in answers.
   *
   * @param directory absolute path of the source
   * @param rules in force in it
   * @param only these of its entries @default all
   */
  source(
    directory: string,
    realDirectory: string,
    rules: IgnoreRules,
    only?: readonly string[],
  ): void {
    const ancestors = [realDirectory];
    const hasKnownRules = rules.text === this.#before.rules;
    const place = { absolute: directory, relative: "", ancestors, hasKnownRules };
    this.#directory({ ...place, rulesAbove: () => rules }, only);
  }

  #directory(place: Place, only?: readonly string[]): void {
    const { relative, ancestors, hasKnownRules } = place;
    const known = hasKnownRules ? this.#before.directory(relative) : undefined;
    if (known === undefined || known.realPath !== ancestors.at(-1)) {
      this.#list(place, only);
      return;
    }
    this.directories.push(known);
    const rules = known.ignoreFile === undefined ? place.rulesAbove : this.#rulesIn(place);
    for (const { name, kind } of this.#before.entriesOf(relative)) {
      this.#entry(name, kind, place, rules, true);
    }
  }

  #list(place: Place, only: readonly string[] | undefined): void {
    const { absolute, relative, ancestors, hasKnownRules } = place;
    // Before the listing, so that a change meanwhile shows.
    const stats = statSync(absolute);
    const entries = readDirectory(absolute);
    const rulePath = joinPosix(this.#options.rulePath, relative);
    // Those where rules begin are read already.
    const hasRules = rulePath !== "" && entries.some((entry) => entry.name === IGNORE_FILE);
    const ignoreFile = hasRules ? signatureOfIgnoreFile(absolute) : undefined;
    const rules = hasRules ? this.#rulesIn(place) : place.rulesAbove;
    // One that cannot be read is refused, also where there is nothing to exclude.
    rules();
    this.directories.push({
      relativePath: relative,
      realPath: ancestors.at(-1) ?? absolute,
      signature: signatureOf(stats),
      device: stats.dev,
      observedAtMs: this.#options.observedAtMs,
      ignoreFile,
    });
    const isKnown = hasKnownRules && this.#before.hasSameRules(relative, hasRules);
    for (const entry of entries) {
      if (entry.name === IGNORE_FILE || only?.includes(entry.name) === false) {
        continue;
      }
      assertUtf8Name(`${absolute}${path.sep}${entry.name}`);
      const kind = kindOf(entry, joinPosix(rulePath, entry.name), rules());
      if (kind !== undefined) {
        this.#entry(entry.name, kind, place, rules, isKnown);
      }
    }
  }

  #rulesIn({ relative, rulesAbove }: Place): () => IgnoreRules {
    const rulePath = joinPosix(this.#options.rulePath, relative);
    let rules: IgnoreRules | undefined;
    return () => (rules ??= rulesAbove().enter(rulePath));
  }

  #entry(
    name: string,
    kind: EntryKind,
    { absolute: directory, relative: above, ancestors }: Place,
    rulesAbove: () => IgnoreRules,
    hasKnownRules: boolean,
  ): void {
    const absolute = `${directory}${path.sep}${name}`;
    const relative = joinPosix(above, name);
    const real = `${ancestors.at(-1)}${path.sep}${name}`;
    const place = { absolute, relative, rulesAbove, hasKnownRules };
    switch (kind) {
      case "link":
        this.#link({ ...place, ancestors });
        break;
      case "directory":
        this.#directory({ ...place, ancestors: [...ancestors, real] });
        break;
      case "file": {
        this.#file(relative, absolute, real, () => statSync(absolute));
      }
    }
  }

  /** @param place with the ancestors of the link itself */
  #link(place: Place): void {
    const { absolute, relative, ancestors } = place;
    const { linksWithin: within } = this.#options;
    const { target, stats } = followLink({ absolute, relative, within, ancestors });
    this.links.push({ relativePath: relative, target });
    if (stats.isDirectory()) {
      this.#directory({ ...place, ancestors: [...ancestors, target] });
      return;
    }
    this.#file(relative, absolute, target, () => stats);
  }

  #file(relative: string, absolute: string, real: string, statsOf: () => Stats): void {
    const known = this.#before.file(relative);
    if (known?.file.linkedPath === real) {
      this.files.push(known);
      return;
    }
    const { observedAtMs } = this.#options;
    const file = toFoundFile(relative, absolute, real, statsOf());
    this.files.push({ file, observedAtMs, value: undefined });
  }
}

/** @returns undefined for what rules exclude */
function kindOf(entry: Dirent, rulePath: string, rules: IgnoreRules): EntryKind | undefined {
  const isDirectory = entry.isDirectory();
  if (rules.excludes(rulePath, isDirectory)) {
    return undefined;
  }
  if (!entry.isSymbolicLink()) {
    return isDirectory ? "directory" : "file";
  }
  // A link to a directory is packed as that directory, so rules for directories apply too.
  return rules.excludes(rulePath, true) ? undefined : "link";
}

function signatureOfIgnoreFile(directory: string): FileSignature | undefined {
  const stats = lstatSync(`${directory}${path.sep}${IGNORE_FILE}`, { throwIfNoEntry: false });
  return stats === undefined ? undefined : signatureOf(stats);
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
