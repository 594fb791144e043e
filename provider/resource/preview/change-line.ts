/** What changes in an archive, as one line for people. */
import { counted } from "../../../common/text/counted.ts";
import { listSome } from "../../../common/text/list.ts";
import { shownName } from "../../../common/text/shown-name.ts";
import { WRAPPERS_KEY } from "../../manifest/part-key.ts";
import { isStageRoot, stageOfRoot } from "../../pipeline/stages/stage-root.ts";
import { linesOfChange } from "./part-changes.ts";
import type { FileChange, PartChange } from "./part-changes.ts";

/** What there is to say of an archive that changes. */
export interface ArchiveChange {
  /** What is said first, and what follows it as its content: a promotion. */
  readonly heading?: string | undefined;
  /** Sentences about settings, and about what is not as it should be. */
  readonly sentences: readonly string[];
  readonly parts: readonly PartChange[];
  /** How many stages it has afterwards. */
  readonly stageCount: number;
  /** How many files it has afterwards; undefined when that is not known. */
  readonly fileCount: number | undefined;
  /** What comes of it: `about 3 KiB to send`. */
  readonly ending?: string | undefined;
}

/** How much is named. */
interface Detail {
  readonly parts: number;
  readonly files: number;
}

/** A line is at most so long, in characters, if its numbers allow that. */
const MAX_LENGTH = 200;

/** From the most to the least: the first that gives a line that is not too long counts. */
const DETAILS: readonly [Detail, ...Detail[]] = [
  { parts: 6, files: 3 },
  { parts: 4, files: 2 },
  { parts: 3, files: 1 },
  { parts: 2, files: 1 },
  { parts: 3, files: 0 },
  { parts: 1, files: 0 },
];

/** More changed files than this are told by directory. */
const MAX_SINGLE_FILES = 5;

/** Longer names are cut in their middle, in characters. */
const MAX_NAME_LENGTH = 60;

/** The line, without the resource's name. */
export function changeLine(change: ArchiveChange): string {
  let line = "";
  for (const detail of DETAILS) {
    line = lineWith(change, detail);
    if (line.length <= MAX_LENGTH) {
      break;
    }
  }
  return line;
}

function lineWith(change: ArchiveChange, detail: Detail): string {
  const { heading, sentences, parts, ending } = change;
  const numbers = [parts.length === 0 ? "" : fileNumbers(change), ending ?? ""];
  const content = [
    ...sentences,
    ...stageSentences(change, detail),
    ...otherSentences(parts, detail),
    numbers.filter((text) => text !== "").join(", "),
  ];
  const text = content.filter((sentence) => sentence !== "").join("; ");
  return heading === undefined ? text : `${heading}${text === "" ? "" : `: ${text}`}`;
}

/** The line of an archive that the state does not know yet. */
export function newArchiveLine(change: ArchiveChange, size: string): string {
  const { heading, sentences, parts, fileCount, ending } = change;
  const stages = parts.filter(isStage).map((part) => stageName(part.key));
  let line = "";
  for (const detail of DETAILS) {
    const facts = [
      stages.length === 0
        ? "no stage"
        : `${counted(stages.length, "stage")} (${listSome(stages, detail.parts)})`,
      fileCount === undefined ? "" : counted(fileCount, "file"),
      size,
      ending ?? "",
    ].filter((text) => text !== "");
    const text = [`new archive: ${facts.join(", ")}`, ...sentences].join("; ");
    line = heading === undefined ? text : `${heading}: ${text}`;
    if (line.length <= MAX_LENGTH) {
      break;
    }
  }
  return line;
}

function isStage({ key }: PartChange): boolean {
  return isStageRoot(key);
}

function stageSentences({ parts, stageCount }: ArchiveChange, detail: Detail): readonly string[] {
  const stages = parts.filter(isStage);
  const changed = ofType(stages, "changed");
  const described = changed.map((part) => withFiles(stageName(part.key), part, detail));
  const names = (type: PartChange["type"]): readonly string[] =>
    ofType(stages, type).map(({ key }) => stageName(key));
  return [
    changed.length === 0
      ? ""
      : `${changed.length} of ${counted(stageCount, "stage")} ${changed.length === 1 ? "changes" : "change"}: ` +
        listSome(described, detail.parts),
    becomes(names("added"), "stage", "is new", "are new", detail),
    becomes(names("removed"), "stage", "is removed", "are removed", detail),
    ...ofType(stages, "renamed").map(
      ({ key, from = "" }) => `stage ${stageName(from)} is renamed ${stageName(key)}`,
    ),
  ];
}

/** Wrappers follow from the stages: they are told only where no stage that comes or goes explains them. */
function otherSentences(parts: readonly PartChange[], detail: Detail): readonly string[] {
  const isExplained = parts.some((part) => isStage(part) && part.type !== "changed");
  const others = parts.filter(
    (part) => !isStage(part) && !(part.key === WRAPPERS_KEY && isExplained),
  );
  const changed = ofType(others, "changed").map((part) =>
    withFiles(partName(part.key), part, detail),
  );
  const names = (type: PartChange["type"]): readonly string[] =>
    ofType(others, type).map(({ key }) => partName(key));
  return [
    becomes(changed, "", "changes", "change", detail),
    becomes(names("added"), "", "is new", "are new", detail),
    becomes(names("removed"), "", "is removed", "are removed", detail),
    ...ofType(others, "renamed").map(
      ({ key, from = "" }) => `${partName(from)} is renamed ${partName(key)}`,
    ),
  ];
}

function ofType(parts: readonly PartChange[], type: PartChange["type"]): readonly PartChange[] {
  return parts.filter((part) => part.type === type);
}

/** `stage a is new`, `3 stages are new: a, b, c`; without a thing `a, b change`. */
function becomes(
  names: readonly string[],
  thing: string,
  one: string,
  several: string,
  { parts }: Detail,
): string {
  const list = listSome(names, parts);
  if (names.length === 0) {
    return "";
  }
  if (thing === "") {
    return `${list} ${names.length === 1 ? one : several}`;
  }
  return names.length === 1
    ? `${thing} ${list} ${one}`
    : `${counted(names.length, thing)} ${several}: ${list}`;
}

/** `train (src/mapper.py +3 -1)`. */
function withFiles(name: string, { key, files }: PartChange, detail: Detail): string {
  if (files === undefined || files.length === 0 || detail.files === 0) {
    return name;
  }
  // The name of a part that is a single file is the file's.
  const isSelf = files.length === 1 && key.endsWith(files[0]?.name ?? "/") && !isStageRoot(key);
  return isSelf
    ? `${name} (${files.map(changeOfFile).join("")})`
    : `${name} (${fileList(files, detail)})`;
}

function fileList(files: readonly FileChange[], detail: Detail): string {
  const directories = Map.groupBy(files, ({ name }) =>
    name.replace(/[^/]*$/, "").replace(/(?<=\/).*$/, ""),
  );
  if (countOf(files) > MAX_SINGLE_FILES) {
    const rolledUp = [...directories].map(([directory, inside]) => {
      const number = counted(countOf(inside), "file");
      return directory === "" ? number : `${partName(directory)} ${number}`;
    });
    return listSome(rolledUp, Math.max(detail.files, 2));
  }
  const shown = files.slice(0, detail.files).map((file) => {
    const from = file.from === undefined ? "" : `${partName(file.from)} renamed `;
    return `${from}${partName(file.name)} ${changeOfFile(file)}`.trimEnd();
  });
  const more = files.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function countOf(files: readonly FileChange[]): number {
  return files.reduce((sum, { count }) => sum + count, 0);
}

/** `+3 -1`. */
function changeOfFile(file: FileChange): string {
  const { type, before, after } = file;
  if (type === "renamed") {
    return "";
  }
  if (type === "removed") {
    return "removed";
  }
  const wasExecutable = before?.digest.endsWith("+x") ?? false;
  const isExecutable = after?.digest.endsWith("+x") ?? false;
  const mode =
    type === "added" || wasExecutable === isExecutable
      ? ""
      : isExecutable
        ? "now executable"
        : "no longer executable";
  const isSameContent =
    type === "changed" && withoutMode(before?.digest) === withoutMode(after?.digest);
  return [type === "added" ? "new" : "", mode, isSameContent ? "" : linesText(file)]
    .filter((text) => text !== "")
    .join(" ");
}

function withoutMode(digest: string | undefined): string | undefined {
  return digest?.replace(/\+x$/, "");
}

function linesText(file: FileChange): string {
  const lines = linesOfChange(file);
  if (typeof lines !== "string") {
    return file.type === "added" ? `+${lines.added}` : `+${lines.added} -${lines.removed}`;
  }
  return lines === "unknown" ? "lines unknown" : lines;
}

/** `4 of 10 files`, and how many are removed. */
function fileNumbers({ parts, fileCount }: ArchiveChange): string {
  const isKnown = parts.every(({ files }) => files !== undefined);
  const changes = parts.flatMap(({ files = [] }) => files);
  const count = (types: readonly FileChange["type"][]): number =>
    countOf(changes.filter(({ type }) => types.includes(type)));
  const removed = count(["removed"]);
  if (fileCount === undefined) {
    return isKnown ? counted(count(["added", "changed", "renamed"]), "file") : "";
  }
  const total = counted(fileCount, "file");
  return [
    isKnown ? `${count(["added", "changed", "renamed"])} of ${total}` : `some of ${total}`,
    removed === 0 ? "" : `${removed} removed`,
  ]
    .filter((text) => text !== "")
    .join(", ");
}

function stageName(key: string): string {
  return partName(stageOfRoot(key));
}

/** A name on one line; in quotes where its end could not be told from what follows. */
export function partName(name: string): string {
  const shown = cutInMiddle(shownName(name === WRAPPERS_KEY ? "wrappers" : name));
  return /[\s,;:()"']/.test(shown) ? `"${shown}"` : shown;
}

function cutInMiddle(name: string): string {
  if (name.length <= MAX_NAME_LENGTH) {
    return name;
  }
  const half = (MAX_NAME_LENGTH - 1) >> 1;
  return `${name.slice(0, half)}…${name.slice(-half)}`;
}
