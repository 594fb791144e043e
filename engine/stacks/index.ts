/** The stacks of a project as files: listing, making, selecting, moving and removing them. */
export { removeStack } from "../remove-stack.ts";
export { findStack } from "../stack-context.ts";
export { cancelLocks, describeHolder } from "../state/lock.ts";
export { findProject } from "./find-project.ts";
export { initStack } from "./init-stack.ts";
export { listStacks } from "./list-stacks.ts";
export { selectedStack, selectStack } from "./selected-stack.ts";
export { readHistory } from "../state/history.ts";
export { exportState, importState } from "./transfer-state.ts";
