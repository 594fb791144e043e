/** What changes of an archive beside its content, in sentences: where it is published, and how. */
import path from "node:path";
import { listSome } from "../../../common/text/list.ts";
import { isPartKey } from "../../manifest/part-key.ts";
import { isProperties } from "../arguments.ts";
import type { Properties } from "../arguments.ts";
import { changeOptions, isNamedBy } from "../change-options.ts";
import { isPlace } from "../diff.ts";
import type { DiffResult } from "../diff.ts";
import { changedInputs, KNOWN_KEY } from "../inputs.ts";
import { publishedPlace } from "../outputs.ts";
import { digestOf } from "./archive-versions.ts";
import type { Replacement } from "./notes.ts";
import { driftSentence } from "./drift.ts";
import { partName } from "./change-line.ts";

/** The sentences, in the order of their weight. */
export function settingSentences(
  olds: Properties,
  news: Properties,
  diff: DiffResult,
  replacement: Replacement,
): readonly string[] {
  const isMoved = diff.replaces.some(isPlace);
  const changed = new Set(changedInputs(olds, news));
  const sentences = [
    isMoved ? moveSentence(olds, news, diff.replaces.filter(isPlace), replacement) : undefined,
    ...optionSentences(news, diff, changed),
    changed.has("mode") ? modeSentence(olds, news) : undefined,
    changed.has("source") ? sourceSentence(olds, news) : undefined,
    changed.has("archive") ? driftSentence(olds) : undefined,
    ...(isMoved ? [] : placeSentences(olds, news, changed)),
    buildSentence(olds, news),
    changed.has("configuration") && digestOf(olds) === digestOf(news)
      ? "configuration changes; the archive stays the same"
      : undefined,
  ];
  return sentences.filter((sentence) => sentence !== undefined);
}

/** What the options of the program make of the changes. */
function optionSentences(
  news: Properties,
  { replaces }: DiffResult,
  changed: ReadonlySet<string>,
): readonly string[] {
  const { ignoreChanges } = changeOptions(news);
  const asked = replaces.filter((key) => !isPlace(key));
  const ignored = [...changed].filter((key) => isPartKey(key) && isNamedBy(ignoreChanges, key));
  return [
    ...(asked.length > 0 ? [`replaced for ${partNames(asked)} (replaceOnChanges)`] : []),
    ...(ignored.length > 0
      ? [`${partNames(ignored)} not ignored: the archive is packed as a whole`]
      : []),
  ];
}

/** How many parts a sentence names. */
const MAX_PARTS = 3;

function partNames(keys: readonly string[]): string {
  return listSome(keys.map(partName), MAX_PARTS);
}

/** A resource with another place is another resource. */
function moveSentence(
  olds: Properties,
  news: Properties,
  replaces: readonly string[],
  { deletesFirst, retains }: Replacement,
): string {
  const published = publishedPlace(olds);
  const before = { ...olds, ...published };
  const hasMoved = replaces.map((place) => placeChange(place, before, news)).join(", ");
  if (published === undefined) {
    return hasMoved;
  }
  const from = replaces.includes("buildFolder")
    ? name(published.buildFolder)
    : name(published.proxy);
  const doing = news["mode"] === "dev" ? "built locally" : "published there";
  const isKept = `what is in ${from} stays`;
  const isRemoved = `removed from ${from}`;
  if (!hasParts(news)) {
    return `${hasMoved}: ${retains ? isKept : isRemoved}`;
  }
  if (retains) {
    return `${hasMoved}: ${doing}, ${isKept}`;
  }
  const [first, then] = deletesFirst ? [isRemoved, doing] : [doing, isRemoved];
  return `${hasMoved}: ${first} first, then ${then}`;
}

function placeChange(place: string, olds: Properties, news: Properties): string {
  const what = place === "proxy" ? "cluster" : "build folder";
  return `${what} ${name(olds[place])} becomes ${name(news[place])}`;
}

function modeSentence(olds: Properties, news: Properties): string {
  const change = `mode ${name(olds["mode"])} becomes ${name(news["mode"])}`;
  if (news["mode"] === "dev") {
    return publishedPlace(olds) === undefined
      ? change
      : `${change}: what is published stays as it is`;
  }
  return hasParts(news) ? `${change}: published to ${name(news["buildFolder"])}` : change;
}

function sourceSentence(olds: Properties, news: Properties): string | undefined {
  const [from, to] = [olds["source"], news["source"]];
  const origin = isProperties(from)
    ? `taken from ${sourceName(from)}`
    : `packed from ${name(olds["pipeline"])}`;
  if (isProperties(to)) {
    return `taken from ${sourceName(to)} now, before ${origin}`;
  }
  return `packed from ${name(news["pipeline"])} now, before ${origin}`;
}

function sourceName({ buildFolder, proxy }: Properties): string {
  return `${name(buildFolder)} on ${name(proxy)}`;
}

/** Places that are other than before, but no other places: nothing moves. */
function placeSentences(
  olds: Properties,
  news: Properties,
  changed: ReadonlySet<string>,
): readonly string[] {
  return ["buildFolder", "proxy"]
    .filter((place) => changed.has(place))
    .map((place) => {
      const what = place === "proxy" ? "address of the cluster" : "build folder";
      if (news[place] === undefined) {
        return `${what} is not set any more`;
      }
      return olds[place] === undefined
        ? `${what} is ${name(news[place])} now`
        : `${what} ${name(olds[place])} becomes ${name(news[place])}`;
    });
}

function buildSentence(olds: Properties, news: Properties): string | undefined {
  const [from, to] = [buildOf(olds), buildOf(news)];
  return from === undefined || to === undefined || from === to
    ? undefined
    : `the local build is in ${name(to)} now`;
}

function buildOf({ mode, [KNOWN_KEY]: known }: Properties): string | undefined {
  const archivePath = isProperties(known) ? known["archivePath"] : undefined;
  return mode === "dev" && typeof archivePath === "string"
    ? path.posix.dirname(archivePath)
    : undefined;
}

function hasParts({ [KNOWN_KEY]: known }: Properties): boolean {
  const parts = isProperties(known) ? known["parts"] : undefined;
  return isProperties(parts) && Object.keys(parts).length > 0;
}

function name(value: unknown): string {
  return typeof value === "string" ? partName(value) : "none";
}
