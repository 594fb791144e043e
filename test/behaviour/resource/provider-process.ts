/**
 * A process that does one step of a resource through the provider's handler, as Pulumi's
 * provider process does, to be killed in the middle of it.
 *
 * Its argument is a {@link ProviderStep} as JSON. What it prints is what the user would see; at
 * the end comes a {@link StepResult} as one line of JSON.
 */
import { createHandler } from "../../../provider/handler.ts";
import { isProperties } from "../../../provider/resource/arguments.ts";
import type { Properties } from "../../../provider/resource/arguments.ts";
import { KNOWN_KEY } from "../../../provider/resource/inputs.ts";
import type { CheckedInputs } from "../../../provider/resource/inputs.ts";

/** What the process is to do; its working directory is the project's. */
export interface ProviderStep {
  /** "load" only loads all the code. */
  readonly step: "create" | "update" | "delete" | "load";
  /** Pulumi's configuration. */
  readonly config: Readonly<Record<string, string>>;
  readonly id: string;
  readonly args: Properties;
  /** The outputs in state. */
  readonly outputs: Properties;
}

/** What the step led to; for an error what Pulumi may show of it, and the names of its fields. */
export type StepResult =
  | { readonly type: "done"; readonly id: string; readonly outputs: Properties }
  | {
      readonly type: "failed";
      readonly message: string;
      readonly stack: string;
      readonly fields: readonly string[];
    };

const handler = createHandler({
  startLocalCluster: () => Promise.reject(new TypeError("These tests have a cluster of their own")),
});

async function run(task: ProviderStep): Promise<StepResult> {
  const { step, config, id, outputs } = task;
  await handler.configure({ config: { get: (key) => config[key] } });
  switch (step) {
    case "load":
      await import("../../../provider/cluster.ts");
      return { type: "done", id, outputs };
    case "delete":
      await handler.delete(id, outputs);
      return { type: "done", id, outputs: {} };
    case "create": {
      const created = await handler.create(await checkedInputs(task));
      return { type: "done", id: created.id, outputs: created.outs };
    }
    case "update": {
      const { outs } = await handler.update(id, outputs, await checkedInputs(task));
      return { type: "done", id, outputs: outs };
    }
  }
}

async function checkedInputs({ outputs, args }: ProviderStep): Promise<CheckedInputs> {
  const { inputs, failures } = await handler.check(outputs, args);
  if (failures.length > 0) {
    throw new Error(failures.map(({ reason }) => reason).join("\n"));
  }
  if (isChecked(inputs)) {
    return inputs;
  }
  throw new TypeError("Checked inputs must hold what is known");
}

function isChecked(inputs: CheckedInputs | Properties): inputs is CheckedInputs {
  return isProperties(inputs[KNOWN_KEY]);
}

function failed(error: unknown): StepResult {
  if (!(error instanceof Error)) {
    throw error;
  }
  const { message, stack = "" } = error;
  return { type: "failed", message, stack, fields: Object.keys(error) };
}

const task: ProviderStep = JSON.parse(process.argv[2] ?? "");
process.stdout.write(`${JSON.stringify(await run(task).catch(failed))}\n`);
