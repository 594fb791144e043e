/** What the start of a file's content gives away: a private key, or that it only stands for another file. */

import { readInto, withOpen } from "../../../common/files/open-file.ts";

const FINDINGS = [
  /** A private key begins in it. */
  "private-key",
  /** The line that begins a private key, but no key behind it: a key all the same where its name says so. */
  "private-key-header",
  /** What a checkout without `git lfs pull` has in place of a large file. */
  "lfs-pointer",
] as const;

/** What is found. */
export type ContentFinding = (typeof FINDINGS)[number];

/** Whether something is the name of a finding. */
export function isContentFinding(value: unknown): value is ContentFinding {
  return FINDINGS.some((finding) => finding === value);
}

/**
 * How much of a file is looked at, in bytes: to look costs about what hashing does, and keys are
 * short, and stand at the start or behind a few certificates.
 */
const LOOKED_AT_BYTES = 8 << 10;

/** Of files that are made to hold keys and certificates, which may be many. */
const LOOKED_AT_OF_BUNDLES_BYTES = 1 << 20;
const BUNDLE_NAMES = /(?:\.(?:pem|key|crt|cer|cert|asc|gpg|pgp)|(?:^|\/)id_[^/]*)$/i;

/** Whether a file is one of those, by its name. */
export function isKeyBundleName(file: string): boolean {
  return BUNDLE_NAMES.test(file);
}

/** From https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md: pointers are smaller than 1024 bytes. */
const LFS_LIMIT_BYTES = 1024;
const LFS_START = Buffer.from("version https://git-lfs.github.com/spec/v1");

/** In the first line of every key that is text (RFC 7468, RFC 4880, RFC 4716, OpenSSH's own). */
const KEY_WORDS = Buffer.from("PRIVATE KEY");

/** How much before those words belongs to the line that begins a key, and how much behind them is looked at. */
const BEFORE_WORDS = 48;
const BEHIND_WORDS = 512;

const HEADER = "-{4,5} ?BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)? ?-{4,5}";

/** What a key's Base64 begins with: DER, OpenSSH's format, a packet of PGP. */
const BASE64_START = "(?:M[A-Z]|b3Bl|l[A-Za-z0-9+/]|x[Q-f])";

/** Documents cut keys short, and templates have holes. */
const PLACEHOLDER = "(?:<|\\[|\\{\\{|\\$|\\.\\.|\\xE2\\x80\\xA6)";

/** Words alone, as in `base64` or `xxxxxxxx`, stand for a key. */
const BASE64_LINE = `(?:${BASE64_START}|(?![A-Za-z]*(?:64)?\\r?$))[A-Za-z0-9+/=]{4,}\\r?(?:\\n|$)`;

/** A whole line, and behind it what such a file goes on with: Base64, or a field, maybe after an empty line. */
const KEY_LINE = new RegExp(
  `^${HEADER}[ \\t]*\\r?\\n(?:\\r?\\n)?(?:${BASE64_LINE}|[A-Za-z-]+: )`,
  "m",
);

/**
 * In a string of JSON or of code, or indented in YAML. Only with the start of a key behind it, or
 * with the fields of an encrypted one, as code and documents tell of keys.
 */
const KEY_IN_TEXT = new RegExp(
  `${HEADER}(?:\\s|\\\\+[rn]?|["'+,])+(?:(?:Version|Comment): .{0,80}?(?:\\s|\\\\+n)+)?` +
    `(?:${BASE64_START}[A-Za-z0-9+/]{14}(?![A-Za-z0-9+/]*${PLACEHOLDER})|Proc-Type: 4,ENCRYPTED)`,
);

/** Such a file as a value in Base64: in a Secret of Kubernetes, or its client's configuration. */
const ENCODED_HEADER = Buffer.from(Buffer.from("-----BEGIN ").toString("base64").slice(0, -2));
const ENCODED_HEADER_CHARACTERS = 64;

const KEY_HEADER = new RegExp(HEADER);
const START_OF_FILE = /^(?:\xEF\xBB\xBF)?\s*$/;
const HOLE = new RegExp(`^\\s*${PLACEHOLDER}`);

/** Formats of their own, and ASN.1: PKCS #1 and #8, SEC 1, and encrypted ones (RFC 8017, 5958, 5915, 8018). */
const KEY_START =
  // eslint-disable-next-line no-control-regex -- bytes, each as a character
  /^(?:PuTTY-User-Key-File-|SSH PRIVATE KEY FILE FORMAT|0(?:[\x00-\x7F]|\x81[^]|\x82[^]{2})(?:\x02\x01\x00[\x020]|\x02\x01\x01[\x040]|0[^]\x06[^]\x2A\x86\x48\x86\xF7\x0D\x01[\x05\x0C]))/;

const KEY_STARTS = Buffer.from("PS0");

/**
 * Looks at the start of a file.
 *
 * @param file its path
 * @param start its first bytes; all of it when it is short
 * @returns undefined for nearly all files
 */
export function findingOf(file: string, start: Buffer): ContentFinding | undefined {
  if (
    start.length < LFS_LIMIT_BYTES &&
    start[0] === LFS_START[0] &&
    start.indexOf(LFS_START) === 0
  ) {
    return "lfs-pointer";
  }
  const looked = start.subarray(
    0,
    isKeyBundleName(file) ? LOOKED_AT_OF_BUNDLES_BYTES : LOOKED_AT_BYTES,
  );
  // The first byte tells nearly all files apart.
  if (KEY_STARTS.includes(start[0] ?? 0) && KEY_START.test(looked.toString("latin1", 0, 64))) {
    return "private-key";
  }
  return findKey(asOneByteText(looked));
}

/**
 * {@link findingOf} a file that is not being read anyway.
 *
 * @throws {unknown} what the file system refuses
 */
export function findingInFile(file: string): ContentFinding | undefined {
  return withOpen(file, "r", (descriptor) => {
    const start = Buffer.alloc(LOOKED_AT_OF_BUNDLES_BYTES);
    return findingOf(file, start.subarray(0, readInto(descriptor, start)));
  });
}

/** UTF-16 as one byte for each character, as some Windows tools save text; other bytes as they are. */
function asOneByteText(bytes: Buffer): Buffer {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) {
    return Buffer.from(bytes.toString("utf16le").replace("\uFEFF", ""), "latin1");
  }
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) {
    const swapped = Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16();
    return Buffer.from(swapped.toString("utf16le").replace("\uFEFF", ""), "latin1");
  }
  return bytes;
}

function findKey(bytes: Buffer): ContentFinding | undefined {
  let found: ContentFinding | undefined;
  for (let at = bytes.indexOf(KEY_WORDS); at !== -1; at = bytes.indexOf(KEY_WORDS, at + 1)) {
    const from = Math.max(0, at - BEFORE_WORDS);
    const text = bytes.toString("latin1", from, at + BEHIND_WORDS);
    const header = KEY_HEADER.exec(text);
    // Also when the file is cut short behind it.
    const isAtStart = header !== null && START_OF_FILE.test(text.slice(0, header.index));
    const isTemplate = header !== null && HOLE.test(text.slice(header.index + header[0].length));
    if ((isAtStart && from === 0 && !isTemplate) || KEY_LINE.test(text) || KEY_IN_TEXT.test(text)) {
      return "private-key";
    }
    if (header !== null) {
      found = "private-key-header";
    }
  }
  return hasEncodedKey(bytes) ? "private-key" : found;
}

function hasEncodedKey(bytes: Buffer): boolean {
  for (
    let at = bytes.indexOf(ENCODED_HEADER);
    at !== -1;
    at = bytes.indexOf(ENCODED_HEADER, at + 1)
  ) {
    const encoded = bytes.toString("latin1", at, at + ENCODED_HEADER_CHARACTERS);
    if (KEY_HEADER.test(Buffer.from(encoded, "base64").toString("latin1"))) {
      return true;
    }
  }
  return false;
}
