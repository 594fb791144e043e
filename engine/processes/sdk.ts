/** Where the project's own copy of Pulumi's SDK is. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { UserError } from "../../common/errors/user-error.ts";

/**
 * Finds the SDK that a project's program uses, so that the program and its runner share one copy.
 *
 * @param directory the program's folder
 * @throws {UserError} when the project has none installed
 */
export function findSdk(directory: string): string {
  try {
    return dirname(
      createRequire(join(directory, "package.json")).resolve("@pulumi/pulumi/package.json"),
    );
  } catch {
    // Yarn names its version of this in every process that it starts. Pulumi's own processes look for modules in folders.
    if (process.versions["pnp"] !== undefined) {
      throw new UserError(
        `Cannot run the program in "${directory}": Pulumi's SDK does not work with Yarn's Plug'n'Play, set ` +
          '"nodeLinker: node-modules" in .yarnrc.yml and run yarn install',
      );
    }
    throw new UserError(
      `Cannot run the program in "${directory}": @pulumi/pulumi is not installed there, run npm install`,
    );
  }
}
