/** Which cluster `inspect` asks, and as whom. */
import { readFile } from "node:fs/promises";
import { devNull } from "node:os";
import path from "node:path";
import { isMissing } from "../../../common/files/file-errors.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { findHomeDirectory } from "../../../common/user.ts";

/**
 * The cluster to ask.
 *
 * @param option `--proxy`
 * @param cypressPath what is to be read there, for the message
 * @throws {UserError} when neither the option nor `YT_PROXY` names one
 */
export function findProxy(
  option: string | undefined,
  cypressPath: string,
  environment: NodeJS.ProcessEnv,
): string {
  const proxy = [option, environment["YT_PROXY"]].find((text) => text !== undefined && text !== "");
  if (proxy !== undefined) {
    return proxy;
  }
  throw new UserError(
    `Cannot inspect "${cypressPath}" as no cluster is named: give --proxy, or set YT_PROXY ` +
      '("local" is the cluster inside this project; the settings of stacks are not read here)',
  );
}

/** Where YTsaurus's own clients keep the token, below the home directory. */
const TOKEN_FILE = ".yt/token";

/**
 * The token, where YTsaurus's own clients look for it: `YT_TOKEN`, the file that `YT_TOKEN_PATH`
 * names, `~/.yt/token`.
 *
 * @throws {UserError} when the file that `YT_TOKEN_PATH` names cannot be read
 */
export async function findToken(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { YT_TOKEN: token, YT_TOKEN_PATH: named } = environment;
  if (token !== undefined && token.trim() !== "") {
    return token.trim();
  }
  const isNamed = named !== undefined && named !== "";
  // Where there is no home, there is no file in it.
  const home = environment["HOME"] ?? findHomeDirectory() ?? devNull;
  const file = isNamed ? named : path.join(home, TOKEN_FILE);
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    if (isMissing(error) && !isNamed) {
      return undefined;
    }
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new UserError(`Cannot read the token from "${file}": ${reason}`);
  }
}
