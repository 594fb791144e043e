/** Decrypts the secrets in a configuration value. */
import { UserError } from "../../common/errors/user-error.ts";
import { isRecord } from "../../common/values/is-record.ts";
import type { SecretsManager } from "../secrets/secrets-manager.ts";
import { ciphertextOf } from "./value-tree.ts";

/** A value without encryption. */
export interface OpenedTree {
  readonly tree: unknown;
  /** The texts that were encrypted. */
  readonly secretTexts: readonly string[];
}

/**
 * Decrypts a value.
 *
 * @param name what it is, for messages: `"yt:token" in "Pulumi.dev.yaml"`
 * @throws {UserError} when a part of it was encrypted with another key
 */
export async function openTree(
  value: unknown,
  secrets: Pick<SecretsManager, "unlock">,
  name: string,
): Promise<OpenedTree> {
  const secretTexts: string[] = [];
  const open = async (part: unknown): Promise<unknown> => {
    if (Array.isArray(part)) {
      return Promise.all(part.map(open));
    }
    if (!isRecord(part)) {
      return part;
    }
    const ciphertext = ciphertextOf(part);
    if (ciphertext !== undefined) {
      const text = await decrypt(ciphertext, secrets, name);
      secretTexts.push(text);
      return text;
    }
    const fields: [string, unknown][] = [];
    for (const [field, element] of Object.entries(part)) {
      fields.push([field, await open(element)]);
    }
    return Object.fromEntries(fields);
  };
  return { tree: await open(value), secretTexts };
}

async function decrypt(
  ciphertext: string,
  secrets: Pick<SecretsManager, "unlock">,
  name: string,
): Promise<string> {
  const crypter = await secrets.unlock();
  try {
    return crypter.decrypt(ciphertext);
  } catch {
    throw new UserError(
      `Cannot decrypt ${name}: it was encrypted with another key than the file's "encryptionsalt" names`,
    );
  }
}
