/** `read`: looks what is on the cluster, or in dev mode in the local build, so that `refresh` and the next preview show what has changed. */
import { DECLARER_KEY, isProperties } from "./arguments.ts";
import type { Properties } from "./arguments.ts";
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
  const archive = await observe(outputs, settings, log);
  const props = archive === undefined ? outputs : { ...outputs, archive };
  return { id, props, inputs: inputsOf(props) };
}

/** What to say of the archive; undefined when there is none. */
async function observe(
  outputs: Properties,
  settings: ProviderSettings,
  log: (line: string) => void,
): Promise<string | undefined> {
  const place = publishedPlace(outputs);
  const known = outputs[KNOWN_KEY];
  const digest = isProperties(known) ? known["digest"] : undefined;
  if (typeof digest === "string" && outputs["mode"] === "dev") {
    const { observeBuild } = await import("./observe-build.ts");
    return observeBuild(outputs, settings.projectDirectory);
  }
  if (place === undefined || typeof digest !== "string" || outputs["mode"] !== "prod") {
    return undefined;
  }
  const { connectToCluster, observePublication } = await import("../cluster.ts");
  const client = await connectToCluster({ ...settings, proxy: place.proxy, log });
  const found = await observePublication({ client, buildFolder: place.buildFolder, digest });
  switch (found.type) {
    case "in place":
      return IN_PLACE;
    case "archive missing":
    case "wrapper missing":
      return `${found.type}: ${found.path}`;
    case "archive altered":
    case "wrapper altered":
    case "version missing":
      return `${found.type}: ${found.path}: ${found.how}`;
  }
}

/** The resource's name in the program, for log lines. */
export function resourceName(properties: Properties): string {
  const declarer = properties[DECLARER_KEY];
  const name = isProperties(declarer) ? declarer["resource"] : undefined;
  return typeof name === "string" ? name : "archive";
}
