/** One thing that is done to one resource, by the names that Pulumi gives such things. */
import type { ResourceState } from "../state/resource-state.ts";
import type { Difference } from "../values/difference.ts";

/** What is done to one resource, in Pulumi's words. */
export type Operation =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "read"
  | "discard"
  | "refresh";

/** Every operation, in the order in which summaries list them. */
export const OPERATIONS: readonly Operation[] = [
  "same",
  "create",
  "update",
  "delete",
  "replace",
  "create-replacement",
  "delete-replaced",
  "read",
  "discard",
  "refresh",
];

/** One thing that is done, or would be done, to one resource. */
export interface Step {
  readonly operation: Operation;
  readonly urn: string;
  /** The resource's state before; undefined for creations. */
  readonly before: ResourceState | undefined;
  /** Its state after; undefined for deletions. */
  readonly after: ResourceState | undefined;
  /** What differs, where that is not plain from the inputs before and after. */
  readonly difference?: Difference;
  /** The properties that force a replacement. */
  readonly replaceKeys?: readonly string[];
}
