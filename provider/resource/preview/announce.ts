/**
 * Says in one line what changes in an archive: in a preview, and before it is done. Loaded only when something does.
 * What is said follows from the state, the inputs and what is remembered here; no cluster is asked.
 */
import { realpathSync } from "node:fs";
import { ignoringFileSystemErrors } from "../../../common/files/file-errors.ts";
import { formatSize } from "../../../common/text/format-size.ts";
import { shownName } from "../../../common/text/shown-name.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import { WRAPPERS_KEY } from "../../manifest/part-key.ts";
import { isStageRoot } from "../../pipeline/stages/stage-root.ts";
import { DEFAULT_PIECES } from "../../publication/pieces/settings.ts";
import { DECLARER_KEY, UNKNOWN } from "../arguments.ts";
import type { Properties } from "../arguments.ts";
import { findBuildPlace } from "../build-owner.ts";
import { isPlace } from "../diff.ts";
import type { DiffResult } from "../diff.ts";
import { IN_PLACE, KNOWN_KEY } from "../inputs.ts";
import { findRemembered } from "../manifest-memory.ts";
import { resourceName } from "../read.ts";
import type { ProviderSettings } from "../settings.ts";
import { digestOf, partsOf } from "./archive-versions.ts";
import { estimateSize } from "./archive-size.ts";
import { changeLine, newArchiveLine } from "./change-line.ts";
import type { ArchiveChange } from "./change-line.ts";
import { driftSentence } from "./drift.ts";
import type { EarlierParts } from "./earlier-texts.ts";
import { keyOf } from "./notes.ts";
import type { PreviewNotes } from "./notes.ts";
import { compareParts } from "./part-changes.ts";
import type { FindFiles, PartChange } from "./part-changes.ts";
import {
  countFiles,
  filesOfInput,
  filesOfPart,
  knownFiles,
  rememberedFiles,
} from "./part-contents.ts";
import type { KnownFiles, PartVersion } from "./part-contents.ts";
import { promotionHeading } from "./promotion-heading.ts";
import { isToBeSaid } from "./previewed.ts";
import { settingSentences } from "./settings-changes.ts";

/** What saying it needs. */
export interface AnnounceContext {
  readonly settings: Pick<ProviderSettings, "projectDirectory">;
  readonly notes: PreviewNotes;
  /** What was read of versions that nothing here remembers. @default nothing */
  readonly earlier?: EarlierParts | undefined;
  /** Takes the line. */
  readonly log: (line: string) => void;
}

/** Said where the inputs follow from what another resource has yet to make. */
const NOT_KNOWN_YET =
  "what it will hold is known when the resources are there that it takes arguments from";

/** Says what an update or a replacement changes. */
export function announceChange(
  olds: Properties,
  news: Properties,
  diff: DiffResult,
  context: AnnounceContext,
): void {
  // A refresh compares what it has found with what the state says, the other way round.
  if (news["archive"] !== IN_PLACE) {
    return;
  }
  if (isUnknown(news)) {
    say(news, NOT_KNOWN_YET, context);
    return;
  }
  const { notes } = context;
  const heading = promotionHeading(news, notes.findPromotion(news), diff.replaces.some(isPlace));
  const change = compareArchives(olds, news, context);
  const sentences = settingSentences(olds, news, diff, notes.findReplacement(news));
  const isSaid = (sentence: string): boolean =>
    sentence === driftSentence(olds) && wasSaid(news, sentence, notes);
  const line = changeLine({
    ...change,
    heading,
    sentences: sentences.filter((sentence) => !isSaid(sentence)),
    ending: heading === undefined ? endingOf(olds, news, diff, change.parts, context) : undefined,
  });
  const isSame = change.parts.length === 0 && digestOf(olds) === digestOf(news);
  const isBare = line === (heading ?? "");
  if (!isBare) {
    say(news, line, context);
  } else if (isSame && sentences.length === 0) {
    const content = "the archive stays the same";
    say(news, heading === undefined ? content : `${heading}: ${content}`, context);
  }
}

/** Says what a create makes. A pipeline without code is told of by `check`. */
export function announceCreate(news: Properties, context: AnnounceContext): void {
  if (isUnknown(news)) {
    say(news, `new archive: ${NOT_KNOWN_YET}`, context);
    return;
  }
  const change = compareArchives({}, news, context);
  if (change.parts.length === 0) {
    return;
  }
  const promotion = context.notes.findPromotion(news);
  const size =
    promotion?.version.sizeBytes ??
    manifestOf(news, context)?.parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  const ending = news["mode"] === "dev" ? "built locally" : undefined;
  const line = newArchiveLine(
    { ...change, heading: promotionHeading(news, promotion), sentences: [], ending },
    size === undefined ? "" : formatSize(size),
  );
  say(news, line, context);
}

/** Says what a refresh has found, also when an earlier preview has said it: it is what the refresh is for. */
export function announceDrift(
  outputs: Properties,
  { log, notes }: Pick<AnnounceContext, "log" | "notes">,
): void {
  const sentence = driftSentence(outputs);
  const line = lineOf(outputs, sentence ?? "");
  if (sentence !== undefined && notes.isFirst(line)) {
    log(line);
  }
}

function say(
  properties: Properties,
  text: string,
  { settings, notes, log }: AnnounceContext,
): void {
  const line = lineOf(properties, text);
  const isFirst = notes.isFirst(line);
  // A copy of the project, or another clone, is another stack of the same name.
  const key = JSON.stringify([settings.projectDirectory, keyOf(properties[DECLARER_KEY])]);
  if (isFirst && isToBeSaid(key, line, notes.isPreview(properties))) {
    log(line);
  }
}

function wasSaid(properties: Properties, text: string, notes: PreviewNotes): boolean {
  return notes.wasSaid(lineOf(properties, text));
}

function lineOf(properties: Properties, text: string): string {
  return `${shownName(resourceName(properties))}: ${text}`;
}

function isUnknown({ [KNOWN_KEY]: known }: Properties): boolean {
  return (
    typeof known === "object" && known !== null && "digest" in known && known.digest === UNKNOWN
  );
}

/** What is remembered knows texts and sizes; what the inputs say is enough to tell which files differ. */
function findFiles(part: PartVersion, earlier: EarlierParts | undefined): KnownFiles | undefined {
  const read = part.digest === undefined ? undefined : earlier?.get(part.digest);
  return read === undefined
    ? (rememberedFiles(part) ?? filesOfInput(part))
    : knownFiles(part.key, read);
}

function compareArchives(
  olds: Properties,
  news: Properties,
  context: AnnounceContext,
): Omit<ArchiveChange, "ending" | "heading" | "sentences"> {
  const [before, after] = [partsOf(olds), partsOf(news)];
  const manifest = manifestOf(news, context);
  const read = new Map(manifest?.parts.map((part) => [part.key, part]));
  const filesBefore: FindFiles = (part) => findFiles(part, context.earlier);
  const filesAfter: FindFiles = (part) => {
    const found = read.get(part.key);
    return found === undefined ? filesBefore(part) : filesOfPart(found);
  };
  const counts = [...after.values()].map((part) => {
    const files = filesOfInput(part) ?? filesAfter(part);
    return files && countFiles(files);
  });
  return {
    parts: compareParts(before, after, filesBefore, filesAfter),
    stageCount: [...after.keys()].filter(isStageRoot).length,
    fileCount: counts.includes(undefined)
      ? undefined
      : counts.reduce<number>((sum, count = 0) => sum + count, 0),
  };
}

/** The manifest that `check` has read; undefined for a promotion. */
function manifestOf(news: Properties, { settings }: AnnounceContext): Manifest | undefined {
  const place = findBuildPlace(news, settings.projectDirectory);
  const digest = digestOf(news);
  if (place === undefined || digest === undefined) {
    return undefined;
  }
  const { pipelineDirectory } = place;
  // The manifest has the real path.
  const real = ignoringFileSystemErrors(() => realpathSync(pipelineDirectory));
  return findRemembered({ ...place, pipelineDirectory: real ?? pipelineDirectory }, digest);
}

/** What comes of a change: a build here, or about so many bytes to send, or up to so many. */
function endingOf(
  olds: Properties,
  news: Properties,
  { replaces }: DiffResult,
  changes: readonly PartChange[],
  context: AnnounceContext,
): string | undefined {
  const isElsewhere = replaces.some(isPlace) || olds["mode"] !== news["mode"];
  if (partsOf(news).size === 0 || (changes.length === 0 && !isElsewhere)) {
    return undefined;
  }
  if (news["mode"] === "dev") {
    return "built locally";
  }
  const manifest = manifestOf(news, context);
  const bytesBefore = olds["bytes"];
  if (manifest === undefined || typeof bytesBefore !== "number") {
    return undefined;
  }
  const content = manifest.parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  const archive = estimateSize(bytesBefore, content, changes);
  if (archive === undefined) {
    return undefined;
  }
  // Of a large archive that is there in another version, the pieces that have changed are sent. Which those are, shows
  // only when it is packed.
  const about = archive > DEFAULT_PIECES.aboveBytes && !isElsewhere ? "up to" : "about";
  return `${about} ${formatSize(Math.round(archive + wrapperBytes(manifest, changes, isElsewhere)))} to send`;
}

/** Wrappers are published beside the archive as well: those that have changed, and all of them in a new place. */
function wrapperBytes(
  manifest: Manifest,
  changes: readonly PartChange[],
  isElsewhere: boolean,
): number {
  if (isElsewhere) {
    return manifest.parts.find(({ key }) => key === WRAPPERS_KEY)?.sizeBytes ?? 0;
  }
  const wrappers = changes.find(({ key }) => key === WRAPPERS_KEY);
  return (wrappers?.files ?? []).reduce((sum, { after }) => sum + (after?.sizeBytes ?? 0), 0);
}
