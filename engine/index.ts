/**
 * The embedded engine: runs a Pulumi program without the Pulumi CLI. It starts the SDK's own program runner
 * and dynamic-provider process, speaks Pulumi's protocols to both, and keeps state in Pulumi's own files, so
 * that the real CLI can take a stack over at any time. It covers dynamic resources, components and stack
 * references, and refuses everything else by name.
 */
export { runStackOperation } from "./run-stack-operation.ts";
export { removeStack } from "./remove-stack.ts";
export { readStackOutputs } from "./stack-outputs.ts";
export type { StackOutputsOptions } from "./stack-outputs.ts";
export type {
  DiagnosticResult,
  OutputStream,
  StackOperationOptions,
  StackResult,
  StepResult,
} from "./operation-types.ts";
