/** `diff`: decides from stored outputs and new inputs whether anything has to be done. */
import path from "node:path";
import { isProperties, UNKNOWN } from "./arguments.ts";
import type { Properties } from "./arguments.ts";
import { changedInputs, KNOWN_KEY } from "./inputs.ts";
import { publishedPlace } from "./outputs.ts";

/** What `diff` gives back to Pulumi. */
export interface DiffResult {
  readonly changes: boolean;
  /** The inputs that force a replacement. */
  readonly replaces: string[];
}

/** The inputs that say where to publish: another place is another resource. */
const PLACES = ["buildFolder", "proxy"] as const;

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
 * Compares.
 *
 * @param olds the outputs in state, which hold the old inputs
 * @param news the inputs that `check` made
 */
export function diff(olds: Properties, news: Properties): DiffResult {
  const changes = changedInputs(olds, news).length > 0 || isBuildElsewhere(olds, news);
  const published = publishedPlace(olds);
  const replaces = PLACES.filter((place) => {
    // Inputs that publish nothing may name another place than the one in which something is published.
    const [from, to] = [published?.[place] ?? olds[place], news[place]];
    if (from === undefined || to === undefined || to === UNKNOWN) {
      return false;
    }
    return from !== to;
  });
  return { changes, replaces };
}
