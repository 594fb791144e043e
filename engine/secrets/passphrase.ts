/**
 * Pulumi's passphrase scheme (facts from pkg/secrets/passphrase and sdk/go/common/resource/config/crypt.go
 * of pulumi/pulumi): AES-256-GCM under a key that PBKDF2-SHA256 derives in a million rounds. A stack's salt
 * reads `v1:<salt>:<check>`, where the check is the word "pulumi", encrypted, by which a wrong passphrase is noticed.
 */
import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";

const ROUNDS = 1_000_000;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CHECK_WORD = "pulumi";

/** Encrypts and decrypts the secrets of one stack. */
export interface Crypter {
  /** Encrypts a text; the same text gives the same ciphertext for as long as this object lives. */
  encrypt(text: string): string;
  /** Decrypts what {@link Crypter.encrypt} or Pulumi wrote. Throws when it was written under another key. */
  decrypt(ciphertext: string): string;
}

/** The salt and the crypter of a stack. */
export interface PassphraseKey {
  /** As it stands in `encryptionsalt` and in the state: `v1:<salt>:<check>`. */
  readonly salt: string;
  readonly crypter: Crypter;
}

/** Makes a key for a stack that has none yet. */
export async function createPassphraseKey(passphrase: string): Promise<PassphraseKey> {
  const salt = randomBytes(8);
  const crypter = new AesCrypter(await deriveKey(passphrase, salt));
  return { salt: `v1:${salt.toString("base64")}:${crypter.encrypt(CHECK_WORD)}`, crypter };
}

/**
 * Opens a stack's key.
 *
 * @param salt as it stands in `encryptionsalt` or in the state
 * @returns undefined when the passphrase is a wrong one
 * @throws {SyntaxError} when the salt is malformed
 */
export async function openPassphraseKey(
  passphrase: string,
  salt: string,
): Promise<PassphraseKey | undefined> {
  const match = /^v1:([A-Za-z0-9+/=]+):(v1:.+)$/.exec(salt);
  const [, saltBytes, check] = match ?? [];
  if (saltBytes === undefined || check === undefined) {
    throw new SyntaxError(`Malformed encryption salt: wanted "v1:<salt>:<check>"`);
  }
  const crypter = new AesCrypter(await deriveKey(passphrase, Buffer.from(saltBytes, "base64")));
  try {
    return crypter.decrypt(check) === CHECK_WORD ? { salt, crypter } : undefined;
  } catch {
    // A wrong passphrase shows by the authentication tag, which does not match.
    return undefined;
  }
}

function deriveKey(passphrase: string, salt: Buffer): Promise<Buffer> {
  return promisify(pbkdf2)(passphrase, salt, ROUNDS, KEY_BYTES, "sha256");
}

class AesCrypter implements Crypter {
  readonly #key: Buffer;
  // A value that did not change keeps its ciphertext, so that an unchanged state stays the same bytes.
  readonly #known = new Map<string, string>();

  constructor(key: Buffer) {
    this.#key = key;
  }

  encrypt(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) {
      return known;
    }
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    const sealed = Buffer.concat([
      cipher.update(text, "utf8"),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    const ciphertext = `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
    this.#known.set(text, ciphertext);
    return ciphertext;
  }

  decrypt(ciphertext: string): string {
    const [version, nonce, data] = ciphertext.split(":");
    if (version !== "v1" || nonce === undefined || data === undefined) {
      throw new SyntaxError(`Malformed ciphertext: wanted "v1:<nonce>:<data>"`);
    }
    const sealed = Buffer.from(data, "base64");
    const decipher = createDecipheriv("aes-256-gcm", this.#key, Buffer.from(nonce, "base64"));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const text = Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
    this.#known.set(text.toString("utf8"), ciphertext);
    return text.toString("utf8");
  }
}
