/** What `read` has found not to be as it should, in a sentence. */
import { withShortDigests } from "../../manifest/digests.ts";
import { shownName } from "../../../common/text/shown-name.ts";
import type { Properties } from "../arguments.ts";
import { IN_PLACE } from "../inputs.ts";
import { publishedPlace } from "../outputs.ts";

/** A finding as `read` keeps it in the state: `archive altered: <path>: <how>`. */
const FINDING = /^(archive|wrapper|version) (missing|altered|too many): (.*?)(?:: (.*))?$/su;

/** What an update puts right for sure. Where a node is another's now, or no file, it may be refused. */
const MENDED =
  /^(?:was written anew|has \d+ bytes|is not executable|belongs to another version|is missing|is no part)/;

/** The sentence; undefined when all is in place, or nothing is known. */
export function driftSentence(outputs: Properties): string | undefined {
  const { archive, mode } = outputs;
  if (typeof archive !== "string" || archive === IN_PLACE) {
    return undefined;
  }
  const [, , kind, path, how] = FINDING.exec(archive) ?? [];
  if (kind === undefined || path === undefined) {
    return `not in place: ${shown(archive)}`;
  }
  return mode === "dev" ? localDrift(kind, path, how) : clusterDrift(kind, path, how, outputs);
}

function localDrift(kind: string, path: string, how: string | undefined): string {
  const state = how === undefined ? `is ${kind}` : `is altered (${shown(how)})`;
  return `${shown(path)} ${state}; up builds it again`;
}

function clusterDrift(
  kind: string,
  path: string,
  how: string | undefined,
  outputs: Properties,
): string {
  const folder = publishedPlace(outputs)?.buildFolder;
  const name =
    folder !== undefined && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
  const what = `on the cluster ${shown(name)}`;
  if (kind === "too many") {
    return `${what} is no part of what was published; up removes it`;
  }
  const mended = how === undefined || MENDED.test(how) ? "; up publishes it again" : "";
  return `${what} ${how === undefined ? `is ${kind}` : shown(how)}${mended}`;
}

/** On one line, with digests as people read them. */
function shown(text: string): string {
  return shownName(withShortDigests(text));
}
