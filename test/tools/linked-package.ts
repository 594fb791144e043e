/** This package where npm would put it, as its sources: what npm packs of it is tested elsewhere. */
import { chmod, mkdir, readdir, readFile, symlink } from "node:fs/promises";
import path from "node:path";
import { copyProject } from "../behaviour/end-to-end/project.ts";
import { REPOSITORY } from "../ytjobs/run-python.ts";
import { addToTree } from "./temporary-tree.ts";

/**
 * Installs the package.
 *
 * @param place where its copy is made, as a clone is; it must not be there
 * @param modules the `node_modules` that leads to it, and to what it depends on; it must not be there
 * @param examples which pipelines of `examples/` it has
 */
export async function linkPackage(
  place: string,
  modules: string,
  examples: readonly string[] = [],
): Promise<void> {
  await mkdir(place);
  await copyProject(place, examples);
  const settings: Record<string, unknown> = JSON.parse(
    await readFile(path.join(place, "package.json"), "utf8"),
  );
  const sources = { ".": "./provider/index.ts", "./handler": "./handler.cjs" };
  await mkdir(path.join(modules, ".bin"), { recursive: true });
  for (const name of await readdir(path.join(REPOSITORY, "node_modules"))) {
    if (!name.startsWith(".")) {
      await symlink(path.join(REPOSITORY, "node_modules", name), path.join(modules, name));
    }
  }
  await symlink(place, path.join(modules, "pulumi-yt-code"));
  const command = path.join(modules, ".bin/ytcode");
  await addToTree("/", {
    [path.join(place, "package.json")]: JSON.stringify({ ...settings, exports: sources }),
    [command]: `#!/bin/sh\nexec '${process.execPath}' '${place}/cli/main.ts' "$@"\n`,
  });
  await chmod(command, 0o755);
}
