/** `read`: looks what is on the cluster, or in dev mode in the local build, so that `refresh` and the next preview show what has changed. */
import { DECLARER_KEY, isProperties } from "./arguments.ts";
import type { Properties } from "./arguments.ts";
import { compareBytes } from "../../common/text/compare-bytes.ts";
import { partDigest } from "../manifest/digests.ts";
import { WRAPPERS_KEY } from "../manifest/part-key.ts";
import type { KnownPublication } from "../publication/index.ts";
import { IN_PLACE, inputsOf, KNOWN_KEY } from "./inputs.ts";
import { publishedPlace } from "./outputs.ts";
import type { ProviderSettings } from "./settings.ts";

/** What `read` gives back to Pulumi. */
export interface ReadResult {
  readonly id: string;
  readonly props: Properties;
  readonly inputs: Properties;
}

/**
 * Reads a resource.
 *
 * @param outputs the outputs in state
 * @returns the same, but for `archive`, which says what is not as it should be
 * @throws {YtError} when the cluster cannot be asked
 */
export async function read(
  id: string,
  outputs: Properties,
  settings: ProviderSettings,
  log: (line: string) => void,
): Promise<ReadResult> {
  const archive = await observe(id, outputs, settings, log);
  const props = archive === undefined ? outputs : { ...outputs, archive };
  return { id, props, inputs: inputsOf(props) };
}

/** What to say of the archive; undefined when there is none. */
async function observe(
  id: string,
  outputs: Properties,
  settings: ProviderSettings,
  log: (line: string) => void,
): Promise<string | undefined> {
  const place = publishedPlace(outputs);
  const follows = outputs[KNOWN_KEY];
  const digest = isProperties(follows) ? follows["digest"] : undefined;
  if (typeof digest === "string" && outputs["mode"] === "dev") {
    const { observeBuild } = await import("./observe-build.ts");
    return observeBuild(outputs, settings.projectDirectory);
  }
  if (place === undefined || typeof digest !== "string" || outputs["mode"] !== "prod") {
    return undefined;
  }
  const { connectToCluster, observePublication } = await import("../cluster.ts");
  const client = await connectToCluster({ ...settings, proxy: place.proxy, isKnown: true, log });
  const { buildFolder } = place;
  const known = knownPublication(id, outputs);
  const found = await observePublication({ client, buildFolder, digest, known });
  switch (found.type) {
    case "in place":
      for (const path of found.strangers ?? []) {
        log(`"${path}" was not published by this resource: remove it if nobody needs it`);
      }
      return IN_PLACE;
    case "archive missing":
    case "wrapper missing":
    case "wrapper too many":
      return `${found.type}: ${found.path}`;
    case "archive altered":
    case "wrapper altered":
    case "version missing":
      return `${found.type}: ${found.path}: ${found.how}`;
  }
}

/** What the state says of what is on the cluster, apart from the digest. */
function knownPublication(resourceId: string, outputs: Properties): KnownPublication {
  const { sha256, md5, bytes, [KNOWN_KEY]: known } = outputs;
  const parts = isProperties(known) ? textsOf(known["parts"]) : undefined;
  const wrappersDigest = parts?.[WRAPPERS_KEY];
  return {
    resourceId,
    sha256: typeof sha256 === "string" ? sha256 : undefined,
    md5: typeof md5 === "string" ? md5 : undefined,
    chunks: publishedPlace(outputs)?.chunks,
    sizeBytes: typeof bytes === "number" ? bytes : undefined,
    parts,
    // Their names and contents are one of the parts, whose digest is known.
    hasWrappers: parts && ((wrappers) => wrappersPartDigest(wrappers) === wrappersDigest),
  };
}

function wrappersPartDigest(wrappers: Readonly<Record<string, string>>): string | undefined {
  const files = Object.entries(wrappers)
    .map(([path, sha256]) => ({ path, sha256, mode: 0o755 }) as const)
    .toSorted((a, b) => compareBytes(a.path, b.path));
  return files.length === 0 ? undefined : partDigest(files);
}

/** A map of texts; undefined when it is none. */
function textsOf(value: unknown): Readonly<Record<string, string>> | undefined {
  return isProperties(value)
    ? Object.fromEntries(
        Object.entries(value).filter(
          (entry): entry is [string, string] => typeof entry[1] === "string",
        ),
      )
    : undefined;
}

/** The resource's name in the program, for log lines. */
export function resourceName(properties: Properties): string {
  const declarer = properties[DECLARER_KEY];
  const name = isProperties(declarer) ? declarer["resource"] : undefined;
  return typeof name === "string" ? name : "archive";
}
