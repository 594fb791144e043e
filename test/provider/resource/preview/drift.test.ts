/** What a refresh has found, in sentences. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { driftSentence } from "../../../../provider/resource/preview/drift.ts";

const DIGEST = "0123456789abcdef".repeat(4);
const FOLDER = "//home/daily/build";

const FINDINGS: readonly (readonly ["dev" | "prod", string, string | undefined])[] = [
  ["prod", "in place", undefined],
  [
    "prod",
    `archive missing: ${FOLDER}/source.tar.gz`,
    "on the cluster source.tar.gz is missing; up publishes it again",
  ],
  [
    "prod",
    `version missing: ${FOLDER}/versions/${DIGEST}/source.tar.gz: is missing`,
    "on the cluster versions/0123456789ab/source.tar.gz is missing; up publishes it again",
  ],
  [
    "prod",
    `archive altered: ${FOLDER}/source.tar.gz: was written anew: its MD5 is ${DIGEST.slice(32)}, recorded is ${DIGEST.slice(32)}`,
    "on the cluster source.tar.gz was written anew: its MD5 is 0123456789ab, recorded is 0123456789ab; up publishes it again",
  ],
  [
    "prod",
    `archive altered: ${FOLDER}/source.tar.gz: holds another version: ${DIGEST}, published by x`,
    "on the cluster source.tar.gz holds another version: 0123456789ab, published by x",
  ],
  [
    "prod",
    `wrapper too many: ${FOLDER}/operation_wrapper_a_map.sh`,
    "on the cluster operation_wrapper_a_map.sh is no part of what was published; up removes it",
  ],
  [
    "dev",
    "archive missing: daily/.build/source.tar.gz",
    "daily/.build/source.tar.gz is missing; up builds it again",
  ],
  [
    "dev",
    "wrapper altered: daily/.build/source/a.sh: its content is another",
    "daily/.build/source/a.sh is altered (its content is another); up builds it again",
  ],
  ["prod", "\u001b[2J", "not in place: \\u{1b}[2J"],
];

for (const [mode, archive, sentence] of FINDINGS) {
  test(`driftSentence() of ${JSON.stringify(archive)} in mode ${mode}`, () => {
    const place = { proxy: "c", buildFolder: FOLDER };
    assert.equal(driftSentence({ mode, archive, __published: place }), sentence);
  });
}
