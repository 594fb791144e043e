/** What is said where a first secret would be encrypted, and nobody has set a passphrase. */
import { UserError } from "../../common/errors/user-error.ts";

/** @param stack its short name */
export function missingPassphrase(stack: string): UserError {
  return new UserError(
    `Cannot encrypt the secrets of stack "${stack}": set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE`,
  );
}
