/**
 * What the choice of a pyenv shim depends on. A shim is a script that starts the interpreter of
 * the version chosen for the directory; of pyenv, unlike of scripts in general, it is known how.
 * Facts: pyenv 2.6 `libexec/` (pyenv, pyenv-version-name, pyenv-version-file, pyenv-which,
 * pyenv-hooks).
 */
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { isMissing } from "../../../common/files/file-errors.ts";
import type { Surroundings } from "./interpreter.ts";

/** Hooks that come with pyenv and pyenv-virtualenv. None of them has a say in which `python` runs. */
const KNOWN_HOOKS = new Set([
  "pip-rehash.bash",
  "conda.bash",
  "python-config.bash",
  "system-site-packages.bash",
]);

/** The commands whose hooks run when a shim does. */
const HOOKED = ["exec", "which", "version-name"];

/** Where hooks are besides pyenv's own folders. */
const HOOK_PLACES = [
  "/usr/etc/pyenv.d",
  "/usr/local/etc/pyenv.d",
  "/etc/pyenv.d",
  "/usr/lib/pyenv/hooks",
];

/**
 * Finds the files and directories that decide which interpreter a shim starts. Environment
 * variables and the working directory decide as well.
 *
 * @param shim absolute path of what is started
 * @param executable absolute path of the interpreter that was started by it
 * @returns paths of which any change counts; undefined when this is no shim of pyenv, or hooks
 * of unknown kinds have a say
 */
export function watchPyenv(
  shim: string,
  executable: string,
  { environment, workingDirectory }: Surroundings,
): readonly string[] | undefined {
  const found = parseShim(readFileSync(shim, "latin1"));
  if (found === undefined || environment["BASH_ENV"] !== undefined) return undefined;
  const { root, pyenv } = found;
  if (path.dirname(shim) !== path.join(root, "shims")) return undefined;
  const versions = path.join(root, "versions");
  // The version "system" is whatever else is on PATH.
  if (!executable.startsWith(`${versions}/`)) return undefined;
  const program = realpathSync(pyenv);
  const installed = path.resolve(program, "../..");
  const hooks = watchHooks(new Set([root, installed]), environment["PYENV_HOOK_PATH"]);
  if (hooks === undefined) return undefined;
  const starts = [environment["PYENV_DIR"], environment["PWD"], workingDirectory];
  const folders = starts.flatMap((start) => (start === undefined ? [] : [start]));
  if (!folders.every((folder) => path.isAbsolute(folder))) return undefined;
  const choices = folders.flatMap(upwards).map((folder) => path.join(folder, ".python-version"));
  const commands = entriesOf(versions).map((version) => path.join(versions, version, "bin"));
  return [
    shim,
    program,
    path.dirname(program),
    path.join(root, "version"),
    versions,
    ...choices,
    ...commands,
    ...hooks,
  ];
}

function parseShim(text: string): { readonly root: string; readonly pyenv: string } | undefined {
  const root = /^export PYENV_ROOT="(\/[^"$`\\]*)"$/m.exec(text)?.[1];
  const pyenv = /^exec "(\/[^"$`\\]*\/pyenv)" exec "\$program" "\$@"\s*$/m.exec(text)?.[1];
  return root === undefined || pyenv === undefined ? undefined : { root, pyenv };
}

function watchHooks(
  roots: ReadonlySet<string>,
  hookPath: string | undefined,
): readonly string[] | undefined {
  const plugins = [...roots].map((root) => path.join(root, "plugins"));
  const ofPlugins = plugins.flatMap((folder) =>
    entriesOf(folder).map((plugin) => path.join(folder, plugin, "etc/pyenv.d")),
  );
  const own = [...roots].map((root) => path.join(root, "pyenv.d"));
  const named = hookPath === undefined ? [] : hookPath.split(":").filter((place) => place !== "");
  if (!named.every((place) => path.isAbsolute(place))) return undefined;
  const places = [...named, ...own, ...HOOK_PLACES, ...ofPlugins];
  const folders = places.flatMap((place) => HOOKED.map((command) => path.join(place, command)));
  const scripts = folders.flatMap((folder) =>
    entriesOf(folder)
      .filter((name) => name.endsWith(".bash"))
      .map((name) => path.join(folder, name)),
  );
  if (!scripts.every((script) => KNOWN_HOOKS.has(path.basename(script)))) return undefined;
  return [...plugins, ...folders, ...scripts];
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** A folder and those above it. */
function upwards(folder: string): readonly string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...upwards(parent)];
}
