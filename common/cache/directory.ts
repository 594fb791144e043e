/**
 * Where results of earlier runs are kept: digests of files, places of Python modules, compressed
 * segments. All of it can be made again; without it everything works, only slower.
 */
import { platform } from "node:os";
import path from "node:path";
import { findHomeDirectory } from "../user.ts";

/** The name of our folder among the caches of others. */
const FOLDER = "pulumi-yt-code";

/** Turns the cache off as the value of `YTCODE_CACHE_DIR`. */
const OFF = "off";

/**
 * The directory of the cache, which need not exist.
 *
 * `YTCODE_CACHE_DIR` names it, and `off` there means none; otherwise it is where the system keeps
 * the caches of a user (`XDG_CACHE_HOME`, else `~/.cache`; `~/Library/Caches` on macOS).
 *
 * @returns an absolute path, or undefined when nothing is to be kept, or the user has no home
 */
export function cacheDirectory(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const { YTCODE_CACHE_DIR: named, XDG_CACHE_HOME: xdg } = environment;
  if (named === OFF) {
    return undefined;
  }
  if (named !== undefined && named !== "") {
    return path.resolve(named);
  }
  // The XDG specification has relative paths ignored.
  if (xdg !== undefined && path.isAbsolute(xdg)) {
    return path.join(xdg, FOLDER);
  }
  const home = findHomeDirectory();
  if (home === undefined) {
    return undefined;
  }
  const caches = platform() === "darwin" ? "Library/Caches" : ".cache";
  return path.join(home, caches, FOLDER);
}
