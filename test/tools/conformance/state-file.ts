/** Where a scenario's state is. */

/** The state file of the fixture's stack, in its project. */
export const STATE_FILE = ".pulumi/stacks/fixture/dev.json";
