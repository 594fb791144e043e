/** `delete`: removes what the resource wrote, on the cluster and in the pipeline directory. */
import { stat } from "node:fs/promises";
import path from "node:path";
import { cleanBuild } from "../archive/build.ts";
import type { Properties } from "./arguments.ts";
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
  const isThere = await stat(pipelineDirectory).then(
    () => true,
    () => false,
  );
  // The local build is made anew by every create and update, so no other resource misses it.
  if (isThere) await cleanBuild(pipelineDirectory);
}
