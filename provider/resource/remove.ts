/** `delete`: removes what the resource wrote, on the cluster and in the pipeline directory. */
import type { Properties } from "./arguments.ts";
import { findBuildPlace, removeBuild } from "./build-owner.ts";
import { publishedPlace } from "./outputs.ts";
import type { ProviderSettings } from "./settings.ts";
import { leaveSource, sourcePlace } from "./source-marks.ts";

/**
 * Removes a resource. What is gone already is fine; what another resource wrote stays.
 *
 * @param outputs the outputs in state
 * @throws {YtError} when the cluster refuses or cannot be asked
 */
export async function remove(
  id: string,
  outputs: Properties,
  settings: ProviderSettings,
  log: (line: string) => void,
): Promise<void> {
  const place = publishedPlace(outputs);
  if (place !== undefined) {
    const { connectToCluster, removePublication } = await import("../cluster.ts");
    const client = await connectToCluster({ ...settings, proxy: place.proxy, isKnown: true, log });
    await removePublication({ client, buildFolder: place.buildFolder, resourceId: id, log });
  }
  const source = sourcePlace(outputs);
  if (source !== undefined) {
    await leaveSource({ source, ownProxy: place?.proxy, settings, log }, id);
  }
  const build = findBuildPlace(outputs, settings.projectDirectory);
  if (build !== undefined) {
    await removeBuild(build, id, log);
  }
}
