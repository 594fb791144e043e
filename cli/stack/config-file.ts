/** The settings file that `--config-file` names. */
import { resolve } from "node:path";

/**
 * The options with the file's absolute path: the Pulumi CLI is started in the project's folder, which need not be where
 * the user is.
 *
 * @param directory where the user is
 */
export function withAbsoluteConfigFile<Options extends { readonly configFile?: string }>(
  options: Options,
  directory: string,
): Options {
  const { configFile } = options;
  return configFile === undefined
    ? options
    : { ...options, configFile: resolve(directory, configFile) };
}
