/** When and from which passphrase the key of a stack is derived. */
import { readFile } from "node:fs/promises";
import { messageOf } from "../../common/errors/message-of.ts";
import { UserError } from "../../common/errors/user-error.ts";
import type { Crypter, PassphraseKey } from "./passphrase.ts";
import { missingPassphrase } from "./missing-passphrase.ts";
import { createPassphraseKey, openPassphraseKey } from "./passphrase.ts";

/** The environment variables a passphrase comes from. */
export interface PassphraseEnvironment {
  readonly PULUMI_CONFIG_PASSPHRASE?: string | undefined;
  readonly PULUMI_CONFIG_PASSPHRASE_FILE?: string | undefined;
}

/**
 * The secrets of one stack. The key is derived only when something must be decrypted or encrypted,
 * because that takes a sixth of a second, and stacks without secrets never need it.
 */
export class SecretsManager {
  readonly #stack: string;
  readonly #environment: PassphraseEnvironment;
  #salt: string | undefined;
  #key: Promise<PassphraseKey> | undefined;

  /**
   * @param stack the stack's name, for messages
   * @param salt the stack's salt, undefined while it has none
   */
  constructor(stack: string, salt: string | undefined, environment: PassphraseEnvironment) {
    this.#stack = stack;
    this.#salt = salt;
    this.#environment = environment;
  }

  /** The stack's salt; undefined while the stack has never held a secret. */
  get salt(): string | undefined {
    return this.#salt;
  }

  /**
   * Derives the key, making a salt when the stack has none.
   *
   * @throws {UserError} when the passphrase is wrong, its file cannot be read, or there is none to make a salt with
   */
  async unlock(): Promise<Crypter> {
    this.#key ??= this.#derive();
    return (await this.#key).crypter;
  }

  /**
   * Makes sure that a first secret can be encrypted, without deriving a key for it.
   *
   * @throws {UserError} when there is no passphrase to make a salt with
   */
  async assertUsable(): Promise<void> {
    if (this.#salt === undefined) {
      await this.#firstPassphrase();
    }
  }

  /** The empty passphrase protects nothing, so it must be meant. */
  async #firstPassphrase(): Promise<string> {
    const passphrase = await this.#passphrase();
    if (passphrase === undefined) {
      throw missingPassphrase(this.#stack);
    }
    return passphrase;
  }

  async #derive(): Promise<PassphraseKey> {
    if (this.#salt === undefined) {
      const created = await createPassphraseKey(await this.#firstPassphrase());
      this.#salt = created.salt;
      return created;
    }
    const passphrase = await this.#passphrase();
    const key = await openPassphraseKey(passphrase ?? "", this.#salt).catch((error: unknown) => {
      throw new UserError(`Cannot read the secrets of stack "${this.#stack}": ${messageOf(error)}`);
    });
    if (key !== undefined) {
      return key;
    }
    throw new UserError(
      `Cannot decrypt the secrets of stack "${this.#stack}": ` +
        (passphrase === undefined
          ? "the passphrase is not the empty one, set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE"
          : "the passphrase in PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE is wrong"),
    );
  }

  async #passphrase(): Promise<string | undefined> {
    const { PULUMI_CONFIG_PASSPHRASE: value, PULUMI_CONFIG_PASSPHRASE_FILE: file } =
      this.#environment;
    if (value !== undefined) {
      return value;
    }
    if (file === undefined || file === "") {
      return undefined;
    }
    try {
      return (await readFile(file, "utf8")).trim();
    } catch (error) {
      throw new UserError(
        `Cannot read the passphrase of stack "${this.#stack}" from PULUMI_CONFIG_PASSPHRASE_FILE: ` +
          messageOf(error),
      );
    }
  }
}
