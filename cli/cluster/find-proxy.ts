/** Which cluster a command asks. */
import { UserError } from "../../common/errors/user-error.ts";

/**
 * The cluster to ask.
 *
 * @param option `--proxy`
 * @param action what the command does, for the message: `inspect`
 * @param cypressPath what is to be read there, for the message
 * @throws {UserError} when neither the option nor `YT_PROXY` names one
 */
export function findProxy(
  option: string | undefined,
  action: string,
  cypressPath: string,
  environment: NodeJS.ProcessEnv,
): string {
  const proxy = [option, environment["YT_PROXY"]].find((text) => text !== undefined && text !== "");
  if (proxy !== undefined) {
    return proxy;
  }
  throw new UserError(
    `Cannot ${action} "${cypressPath}" as no cluster is named: give --proxy, or set YT_PROXY ` +
      '("local" is the cluster inside this project; the settings of stacks are not read here)',
  );
}
