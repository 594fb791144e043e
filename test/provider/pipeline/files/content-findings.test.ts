/** What files give away by their first bytes: private keys in all their formats, and nothing that only tells of them. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { findingOf } from "../../../../provider/pipeline/files/content-findings.ts";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const ed25519 = generateKeyPairSync("ed25519").privateKey;
const PEM = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
const PUBLIC_PEM = publicKey.export({ format: "pem", type: "spki" }).toString();
const PGP = `${header("PGP ")} BLOCK-----\n\nlQVYBGR0123456789abcdef\n=ab12\n`;
const ENCRYPTION = { cipher: "aes-256-cbc", passphrase: "x" };
const CERTIFICATE = `-----BEGIN CERTIFICATE-----\n${"MIIB".repeat(16)}\n-----END CERTIFICATE-----\n`;

/** Written in two halves, so that this file is none of them. */
function header(kind: string): string {
  return `-----BEGIN ${kind}PRIVATE KEY`;
}

for (const [fact, content] of [
  ["PKCS #8", PEM],
  ["PKCS #8, Windows line ends", PEM.replaceAll("\n", "\r\n")],
  ["PKCS #8 in UTF-16 with a mark", Buffer.from(`\uFEFF${PEM}`, "utf16le")],
  ["PKCS #8 in UTF-16, big end first", Buffer.from(`\uFEFF${PEM}`, "utf16le").swap16()],
  ["PKCS #8 in UTF-16 without a mark", Buffer.from(PEM, "utf16le")],
  ["an encrypted one", rsa.export({ format: "pem", type: "pkcs8", ...ENCRYPTION })],
  ["PKCS #1", rsa.export({ format: "pem", type: "pkcs1" })],
  ["PKCS #1, encrypted", rsa.export({ format: "pem", type: "pkcs1", ...ENCRYPTION })],
  ["SEC 1", privateKey.export({ format: "pem", type: "sec1" })],
  ["Ed25519", ed25519.export({ format: "pem", type: "pkcs8" })],
  ["DER of PKCS #1", rsa.export({ format: "der", type: "pkcs1" })],
  ["DER of PKCS #8", rsa.export({ format: "der", type: "pkcs8" })],
  ["DER of PKCS #8, encrypted", rsa.export({ format: "der", type: "pkcs8", ...ENCRYPTION })],
  ["DER of SEC 1", privateKey.export({ format: "der", type: "sec1" })],
  ["DER of Ed25519", ed25519.export({ format: "der", type: "pkcs8" })],
  ["OpenSSH's format", `${header("OPENSSH ")}-----\nb3BlbnNzaC1rZXktdjEAAAAA\n`],
  ["PGP's format", `${header("PGP ")} BLOCK-----\n\nlQVYBGR\n`],
  ["PGP's format with a field", `${header("PGP ")} BLOCK-----\nVersion: 2\n\nlQVYBGR\n`],
  ["SSH2's format", ["---- BEGIN SSH2 ENCRYPTED", "PRIVATE KEY ----\nComment: x\n"].join(" ")],
  ["PuTTY's format", "PuTTY-User-Key-File-3: ssh-ed25519\n"],
  ["a key behind a certificate", `${CERTIFICATE}${PEM}`],
  ["a short one", `${header("")}-----\nMIIB\n`],
  ["one that is cut short", `\n${header("")}-----`],
  ["JSON", JSON.stringify({ type: "service_account", private_key: PEM })],
  ["indented YAML", `key: |\n${PEM.replaceAll(/^/gm, "  ")}`],
  ["a text of Python", `KEY = """${PEM}"""\n`],
  ["joined strings of Python", `KEY = ("${header("RSA ")}-----\\n"\n    "MIIEowIBAAKCAQEA0123")\n`],
  ["added strings of Python", `KEY = "${header("RSA ")}-----\\n" + \\\n  "MIIEowIBAAKCAQEA0123"\n`],
  ["a list of lines", `KEY = ["${header("")}-----", "MIIEowIBAAKCAQEA0123"]\n`],
  ["a string that goes on over lines", `KEY = "\\\n${PEM.replaceAll("\n", "\\n\\\n")}"\n`],
  ["JSON in JSON", JSON.stringify({ secret: JSON.stringify({ private_key: PEM }) })],
  ["PGP's format in JSON", JSON.stringify({ key: PGP })],
  ["PGP's format in indented YAML", `key: |\n${PGP.replaceAll(/^/gm, "  ")}`],
  [
    "Base64 of PEM, as in a Secret of Kubernetes",
    `tls.key: ${Buffer.from(PEM).toString("base64")}\n`,
  ],
  [
    "DER of PKCS #8 with the public key",
    Buffer.from(
      `3051020101300506032b657004220420${"07".repeat(32)}812100${"08".repeat(32)}`,
      "hex",
    ),
  ],
] as const) {
  test(`findingOf() finds a private key: ${fact}`, () => {
    assert.equal(findingOf("notes.txt", Buffer.from(content)), "private-key");
  });
}

for (const [fact, content, finding] of [
  ["nothing", "", undefined],
  ["a byte", "\0", undefined],
  ["a certificate", CERTIFICATE, undefined],
  ["a public key", PUBLIC_PEM, undefined],
  ["DER of a public key", publicKey.export({ format: "der", type: "spki" }), undefined],
  ["words about keys", "a PRIVATE KEY", undefined],
  ["code that looks for one", `if "${header("")}-----" in text:\n    pass\n`, "private-key-header"],
  [
    "code that makes one",
    `x = "${header("")}-----\\n" + encoded_text_of_the_key`,
    "private-key-header",
  ],
  [
    "code that goes on",
    `a = "${header("")}-----"\nprivateKeyFooterText = 1\n`,
    "private-key-header",
  ],
  ["a document", `So:\n\n${header("RSA ")}-----\n...\n`, "private-key-header"],
  [
    "a document that cuts one short",
    `So:\n${header("RSA ")}-----\nMIIEowIBAAKCAQEA0123...\n`,
    "private-key-header",
  ],
  [
    "a document with a word in its place",
    `"""\n${header("")}-----\nbase64\n`,
    "private-key-header",
  ],
  [
    "a document with a gap in its place",
    `So:\n${header("")}-----\n\n[yours]\n`,
    "private-key-header",
  ],
  ["a template", `${header("")}-----\n{{ tls_key }}\n`, "private-key-header"],
  ["Base64 of a certificate", Buffer.from(CERTIFICATE).toString("base64"), undefined],
] as const) {
  test(`findingOf() takes no private key to begin in ${fact}`, () => {
    assert.equal(findingOf("notes.txt", Buffer.from(content)), finding);
  });
}

test("findingOf() looks for a key also behind a long bundle of certificates", () => {
  const bundle = Buffer.from(CERTIFICATE.repeat(3000) + PEM);
  assert.equal(findingOf("/a/bundle.pem", bundle), "private-key");
  assert.equal(findingOf("/a/bundle.pem", Buffer.from(CERTIFICATE.repeat(3000))), undefined);
});

test("findingOf() knows pointers of Git LFS by their start and size", () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 7\n`;
  assert.equal(findingOf("a.bin", Buffer.from(pointer)), "lfs-pointer");
  assert.equal(findingOf("a.bin", Buffer.from(pointer.padEnd(1024, "\n"))), undefined);
  assert.equal(findingOf("a.md", Buffer.from(`A ${pointer}`)), undefined);
});
