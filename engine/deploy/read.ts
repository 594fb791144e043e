/** Reads another stack's outputs into a stack reference. */
import type { ResourceState } from "../state/resource-state.ts";
import { equalValues } from "../values/equality.ts";
import { containsSecret } from "../values/property-value.ts";
import type { PropertyMap } from "../values/property-value.ts";
import { UNKNOWN_VALUE } from "../values/signatures.ts";
import type { Run } from "./run.ts";

/** Reads another stack's outputs into a stack reference. Previews read too. */
export async function applyRead(
  run: Run,
  before: ResourceState | undefined,
  after: ResourceState,
  readOutputs: () => Promise<PropertyMap>,
): Promise<void> {
  const { journal } = run.options;
  await run.perform({ operation: "read", urn: after.urn, before, after }, async () => {
    // What it has to read may follow from a resource that the update will create.
    after.outputs =
      after.id === UNKNOWN_VALUE ? {} : referenceOutputs(after.id, await readOutputs());
    after.created = before?.created;
    const changed = before === undefined || !equalValues(before.outputs, after.outputs);
    after.modified = changed && before !== undefined ? new Date().toISOString() : before?.modified;
    await journal.produce(after, before, { changed });
  });
}

/**
 * What a stack reference gives a program.
 *
 * @param outputs those of the stack that it refers to
 */
export function referenceOutputs(name: string, outputs: PropertyMap): PropertyMap {
  const secretOutputNames = Object.keys(outputs)
    .filter((key) => containsSecret(outputs[key] ?? null))
    .toSorted();
  return { name, outputs, secretOutputNames };
}
