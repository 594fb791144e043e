/** Reads another stack's outputs into a stack reference. */
import type { ResourceState } from "../state/resource-state.ts";
import { equalValues } from "../values/equality.ts";
import { containsSecret } from "../values/property-value.ts";
import type { PropertyMap } from "../values/property-value.ts";
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
    const outputs = await readOutputs();
    const secretOutputNames = Object.keys(outputs)
      .filter((name) => containsSecret(outputs[name] ?? null))
      .toSorted();
    after.outputs = { name: after.id, outputs, secretOutputNames };
    after.created = before?.created;
    const changed = before === undefined || !equalValues(before.outputs, after.outputs);
    after.modified = changed && before !== undefined ? new Date().toISOString() : before?.modified;
    await journal.produce(after, before, { changed });
  });
}
