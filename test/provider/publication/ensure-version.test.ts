/** How the files of a version get onto the cluster. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ensureVersion } from "../../../provider/publication/ensure-version.ts";
import type { VersionFile } from "../../../provider/publication/version-source.ts";
import { withTransaction } from "../../../provider/yt/index.ts";
import { BUILD_FOLDER, makeLog, md5, PUBLISHER, sha256 } from "../../tools/publication-fixtures.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";

test("ensureVersion() puts every file there, four wrappers at a time", async (t) => {
  const { client, raw } = await startTestCluster(t);
  let underWay = 0;
  let most = 0;
  const four = Promise.withResolvers<void>();
  async function* content(name: string): AsyncGenerator<Uint8Array> {
    if (name === "source.tar.gz") {
      yield Buffer.from(name);
      return;
    }
    underWay += 1;
    most = Math.max(most, underWay);
    if (underWay === 4) {
      four.resolve();
    }
    yield Buffer.from(name);
    // None ends before four have begun.
    await four.promise;
    underWay -= 1;
  }
  const makeFile = (name: string): VersionFile => ({
    name,
    sha256: sha256(name),
    md5: md5(name),
    sizeBytes: name.length,
    sameBytes: true,
    attributes: {},
    content: {
      type: "upload",
      source: { type: "stream", open: () => content(name) },
      assertSent: (sent) => assert.equal(sent.sha256, sha256(name)),
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
    live: new Map(),
    before: new Map(),
    outside: client,
    status: log,
  };
  await client.create("map_node", `${BUILD_FOLDER}/versions/${digest}`, { recursive: true });
  const { directory } = await withTransaction(client, { title: "Try" }, async (transaction) =>
    ensureVersion(transaction, options),
  );
  assert.deepEqual(await raw.list(directory), [...wrappers, "source.tar.gz"]);
  assert.equal(most, 4);
});
