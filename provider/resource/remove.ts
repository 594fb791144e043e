/** `delete`: removes what the resource wrote, on the cluster and in the pipeline directory. */
import path from "node:path";
import { cleanBuild } from "../archive/build.ts";
import type { Properties } from "./arguments.ts";
import { findBuildOwner } from "./build-owner.ts";
import { publishedPlace } from "./outputs.ts";
import type { ProviderSettings } from "./settings.ts";

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
    const client = await connectToCluster({ ...settings, proxy: place.proxy, log });
    await removePublication({ client, buildFolder: place.buildFolder, resourceId: id, log });
  }
  const { pipeline } = outputs;
  if (typeof pipeline !== "string") return;
  const pipelineDirectory = path.resolve(settings.projectDirectory, pipeline);
  const owner = await findBuildOwner(pipelineDirectory);
  // A build that no resource has finished is a failed one's, or the command line's: nobody's loss.
  if (owner === undefined || owner === id) await cleanBuild(pipelineDirectory);
}
