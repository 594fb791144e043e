/** What an operation tells about itself while it runs, for its display. */
import type { ResourceState } from "../state/resource-state.ts";
import type { Step } from "./step.ts";

/** How much a message matters. */
export type Severity = "info" | "warning" | "error";

/** What an operation tells about itself while it runs. */
export type DeploymentEvent =
  | { readonly type: "step-started"; readonly step: Step }
  | { readonly type: "step-finished"; readonly step: Step }
  | { readonly type: "step-failed"; readonly step: Step }
  /** A message about a resource, or about the stack when it names none. */
  | {
      readonly type: "diagnostic";
      readonly severity: Severity;
      readonly message: string;
      readonly urn: string | undefined;
    }
  /** The outputs of a component or of the stack are known. */
  | {
      readonly type: "outputs-registered";
      readonly before: ResourceState | undefined;
      readonly after: ResourceState;
    };

/** Gets the events of an operation. */
export type DeploymentListener = (event: DeploymentEvent) => void;
