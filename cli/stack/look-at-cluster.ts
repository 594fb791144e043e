/** How to look at the local cluster that a stack has published to: it runs only as long as `up` did. */
import path from "node:path";
import { LOCAL_PROXY } from "../../provider/yt/proxy-address.ts";
import type { StackResult } from "../../engine/index.ts";
import { userDirectory, shownPath } from "../user-directory.ts";

/** Whether anything of the stack is on the local cluster. */
export function isOnLocalCluster({ outputs }: StackResult): boolean {
  return Object.values(outputs).some(
    (value) =>
      typeof value === "object" &&
      value !== null &&
      "mode" in value &&
      value.mode === "prod" &&
      "proxy" in value &&
      value.proxy === LOCAL_PROXY,
  );
}

/**
 * The options of `ytcode local` that name the data of a project's local cluster.
 *
 * @param directory where the project is looked for
 */
export async function localClusterOptions(directory: string): Promise<readonly string[]> {
  const [{ readProject }, { localClusterDirectory }] = await Promise.all([
    import("../../engine/project/project.ts"),
    import("../../provider/yt/connect.ts"),
  ]);
  const { program } = await readProject(directory);
  const data = localClusterDirectory(program.directory);
  const isDefault = data === path.join(userDirectory(), ".local-cluster");
  return isDefault ? [] : ["--data", shownPath(data)];
}
