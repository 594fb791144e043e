/** `diff`: decides from stored outputs and new inputs whether anything has to be done. */
import path from "node:path";
import { isSameCluster } from "../yt/proxy-address.ts";
import type { AddressRules } from "../yt/proxy-address.ts";
import { isProperties, UNKNOWN } from "./arguments.ts";
import type { Properties } from "./arguments.ts";
import { changeOptions, isNamedBy } from "./change-options.ts";
import { canonical, changedInputs, KNOWN_KEY } from "./inputs.ts";
import { publishedPlace } from "./outputs.ts";
import { isSameFolder } from "./places.ts";
import type { ProviderSettings } from "./settings.ts";

/** What `diff` gives back to Pulumi. */
export interface DiffResult {
  readonly changes: boolean;
  /** The inputs that force a replacement. */
  readonly replaces: string[];
}

/** The inputs that say where to publish: another place is another resource. */
const PLACES = ["buildFolder", "proxy"] as const;

/** What changes without the program: nothing that it could ask to be ignored, or to be a reason for a replacement. */
const FOUND = "archive";

/** The changes that no option makes a reason for a replacement. Another place is one by itself. */
const NO_REASONS: ReadonlySet<string> = new Set([...PLACES, FOUND, KNOWN_KEY]);

/** Whether the local build has another place now: for another configuration file, or as releases changed it. */
function isBuildElsewhere(olds: Properties, news: Properties): boolean {
  const [from, to] = [localFolderName(olds), localFolderName(news)];
  return from !== undefined && to !== undefined && from !== to;
}

/** Without what is above it, as a pipeline directory may be written in several ways. */
function localFolderName({ mode, [KNOWN_KEY]: known }: Properties): string | undefined {
  const archivePath = isProperties(known) ? known["archivePath"] : undefined;
  if (mode !== "dev" || typeof archivePath !== "string" || archivePath === UNKNOWN) {
    return undefined;
  }
  return path.posix.basename(path.posix.dirname(archivePath));
}

/**
 * Compares. Another spelling of the proxy or of the build folder is no change; another address of the
 * same cluster is an update, so that it is used from then on, and moves nothing. What the program wants
 * ignored is no change while nothing else changes: an archive is packed as a whole.
 *
 * @param olds the outputs in state, which hold the old inputs
 * @param news the inputs that `check` made
 * @param rules what an address means beside what it says
 */
export function diff(olds: Properties, news: Properties, rules: AddressRules = {}): DiffResult {
  const options = changeOptions(news);
  const isIgnored = (key: string): boolean =>
    key !== FOUND && isNamedBy(options.ignoreChanges, key);
  const changed = changedInputs(olds, news, rules).filter((key) => !isIgnored(key));
  const changes = changed.length > 0 || isBuildElsewhere(olds, news);
  const published = publishedPlace(olds);
  const moved = PLACES.filter((place) => {
    if (!changes && isIgnored(place)) {
      return false;
    }
    // Inputs that publish nothing may name another place than the one in which something is published.
    const [from, to] = [published?.[place] ?? olds[place], news[place]];
    if (from === undefined || to === undefined || to === UNKNOWN) {
      return false;
    }
    if (typeof from !== "string" || typeof to !== "string") {
      return from !== to;
    }
    return place === "proxy" ? !isSameCluster(from, to, rules) : !isSameFolder(from, to);
  });
  const asked = changed.filter(
    (key) => !NO_REASONS.has(key) && isNamedBy(options.replaceOnChanges, key),
  );
  return { changes, replaces: [...moved, ...asked] };
}

/** Whether an input says where to publish. */
export function isPlace(key: string): boolean {
  return PLACES.some((place) => place === key);
}

/** As {@link diff}, with the settings, which are read only where it depends on them. */
export async function diffWithSettings(
  olds: Properties,
  news: Properties,
  { findAddressRules }: Pick<ProviderSettings, "findAddressRules">,
): Promise<DiffResult> {
  const isAsBefore =
    olds["proxy"] === news["proxy"] &&
    (publishedPlace(olds)?.proxy ?? news["proxy"]) === news["proxy"] &&
    canonical(olds["source"]) === canonical(news["source"]);
  return diff(olds, news, isAsBefore ? {} : await findAddressRules?.());
}
