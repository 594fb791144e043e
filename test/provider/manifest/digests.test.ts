/** Digests of files, parts and archives. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { archiveDigest, hashFile, partDigest, sha256 } from "../../../provider/manifest/digests.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const FILES = [
  { path: "lib/a", mode: 0o644, sha256: sha256("a") },
  { path: "lib/b", mode: 0o755, sha256: sha256("b") },
] as const;
const [FIRST, SECOND] = FILES;

test("partDigest() is a digest of modes, contents and paths, written out", () => {
  const lines = `644 ${sha256("a")} 5 lib/a\n755 ${sha256("b")} 5 lib/b\n`;
  assert.equal(partDigest(FILES), createHash("sha256").update(lines).digest("hex"));
});

for (const [fact, files] of [
  ["path", [{ ...FIRST, path: "lib/A" }, SECOND]],
  ["mode", [{ ...FIRST, mode: 0o755 as const }, SECOND]],
  ["content", [{ ...FIRST, sha256: sha256("A") }, SECOND]],
  ["number of files", [FIRST]],
] as const) {
  test(`partDigest() changes with the ${fact}`, () => {
    assert.notEqual(partDigest(files), partDigest(FILES));
  });
}

test("partDigest() is not fooled by a name that looks like another entry", () => {
  const [a, b] = [sha256("a"), sha256("b")];
  const two = [
    { path: "x", mode: 0o644, sha256: a },
    { path: "y", mode: 0o644, sha256: b },
  ] as const;
  const one = [{ path: `x\n644 ${b} 1 y`, mode: 0o644, sha256: a }] as const;
  assert.notEqual(partDigest(one), partDigest(two));
});

test("archiveDigest() does not depend on the order of parts, but on their keys and digests", () => {
  const parts = fc.uniqueArray(fc.record({ key: fc.string(), digest: fc.string() }), {
    selector: (part) => part.key,
    minLength: 1,
  });
  fc.assert(
    fc.property(parts, (list) => {
      const digest = archiveDigest(list);
      assert.equal(archiveDigest(list.toReversed()), digest);
      assert.notEqual(archiveDigest(list.slice(1)), digest);
      const changed = list.map((part, index) =>
        index === 0 ? { ...part, digest: `${part.digest}0` } : part,
      );
      assert.notEqual(archiveDigest(changed), digest);
    }),
  );
});

for (const size of [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3_000_000]) {
  test(`hashFile() hashes ${size} bytes`, async (t) => {
    const bytes = Buffer.alloc(size, "0123456789abcdef!");
    const folder = await makeTree(t, { file: bytes });
    assert.deepEqual(hashFile(path.join(folder, "file")), {
      sha256: createHash("sha256").update(bytes).digest("hex"),
      sizeBytes: size,
    });
  });
}
