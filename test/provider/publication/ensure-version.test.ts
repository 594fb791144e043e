/** How the files of a version get onto the cluster. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ensureVersion } from "../../../provider/publication/ensure-version.ts";
import type { VersionFile } from "../../../provider/publication/version-source.ts";
import { withTransaction } from "../../../provider/yt/index.ts";
import { BUILD_FOLDER, makeLog, md5, PUBLISHER, sha256 } from "../../tools/publication-fixtures.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";

test("ensureVersion() puts every file there, four at a time", async (t) => {
  const { client, raw } = await startTestCluster(t);
  let underWay = 0;
  let most = 0;
  const makeFile = (name: string): VersionFile => ({
    name,
    sha256: sha256(name),
    md5: md5(name),
    sizeBytes: name.length,
    sameBytes: true,
    attributes: {},
    put: async (transaction, path, attributes) => {
      underWay += 1;
      most = Math.max(most, underWay);
      const content = { type: "bytes", bytes: Buffer.from(name) } as const;
      const { sizeBytes } = await transaction.writeFile(path, content, { attributes });
      underWay -= 1;
      return sizeBytes;
    },
  });
  const wrappers = Array.from({ length: 9 }, (_, index) => `operation_wrapper_${index}_map.sh`);
  const source = {
    digest: sha256("identity"),
    parts: {},
    archive: makeFile("source.tar.gz"),
    wrappers: wrappers.map(makeFile),
  };
  const { digest } = source;
  const { log } = makeLog();
  const options = {
    buildFolder: BUILD_FOLDER,
    source,
    ownership: { buildFolder: BUILD_FOLDER, digest, publisher: PUBLISHER, adopt: false, log },
    promotedFrom: undefined,
  };
  const { directory } = await withTransaction(client, { title: "Try" }, async (transaction) =>
    ensureVersion(transaction, options),
  );
  assert.deepEqual(await raw.list(directory), [...wrappers, "source.tar.gz"]);
  assert.equal(most, 4);
});
