/** An archive that a cluster has put together of pieces, looked at by others: YTsaurus's Python client, `ytcode inspect`. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { buildArchive } from "../../../provider/archive/build/build.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { publishArchive } from "../../../provider/publication/index.ts";
import { SMALL_PIECES } from "../../tools/pieces.ts";
import { BUILD_FOLDER, makeLog, md5, PUBLISHER, sha256 } from "../../tools/publication-fixtures.ts";
import { runYtcode } from "../../tools/run-ytcode.ts";
import { configurationWith, makePipeline } from "../../tools/small-pipeline.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import { runPython } from "../local-cluster/python-client.ts";

const ARCHIVE = `${BUILD_FOLDER}/source.tar.gz`;

test("the Python client and ytcode inspect read an archive that the cluster has put together", async (t) => {
  const cluster = await startTestCluster(t);
  const models = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [`lib/${index}.bin`, randomBytes(50_000)]),
  );
  const pipelineDirectory = await makePipeline(t, {
    "configs/config.yaml": configurationWith("upload_paths: [{source: lib}]"),
    ...models,
  });
  const manifest = await readManifest({ pipelineDirectory });
  const wrappers = manifest.parts.find(({ kind }) => kind === "wrappers")?.files ?? [];
  const { file, ...hashes } = await buildArchive(manifest);
  const { chunks } = await publishArchive({
    client: cluster.client,
    buildFolder: BUILD_FOLDER,
    archiveSet: {
      ...hashes,
      digest: manifest.digest,
      archiveFile: file,
      wrappers: wrappers.map(({ path, content, sha256: hash }) => {
        const text = content.type === "text" ? content.text : "";
        return { name: path, content: Buffer.from(text), sha256: hash };
      }),
      parts: Object.fromEntries(manifest.parts.map(({ key, digest }) => [key, digest])),
    },
    publisher: PUBLISHER,
    pieces: SMALL_PIECES,
    log: makeLog().log,
  });
  assert.match(chunks ?? "", /^[0-9a-f]{64}$/);
  const bytes = await readFile(file);
  assert.equal(hashes.sha256, sha256(bytes));

  const seen = await runPython(
    cluster.url,
    `
import io, tarfile
folder = ${JSON.stringify(BUILD_FOLDER)}
archive = client.read_file(folder + "/source.tar.gz").read()
attributes = client.get(folder + "/source.tar.gz/@", attributes=None)
members = tarfile.open(fileobj=io.BytesIO(archive)).getmembers()
result({
    "sha256": hashlib.sha256(archive).hexdigest(),
    "version": hashlib.sha256(client.read_file(
        folder + "/versions/" + attributes["ytcode_digest"] + "/source.tar.gz").read()).hexdigest(),
    "stretch": client.read_file(folder + "/source.tar.gz", offset=200000, length=200000).read().hex(),
    "type": attributes["type"],
    "size": attributes["uncompressed_data_size"],
    "recorded": attributes["ytcode_md5"],
    "models": sum(member.name.endswith(".bin") for member in members),
})
`,
  );
  assert.deepEqual(seen, {
    sha256: sha256(bytes),
    version: sha256(bytes),
    stretch: bytes.subarray(200_000, 400_000).toString("hex"),
    type: "file",
    size: bytes.length,
    recorded: md5(bytes),
    models: 12,
  });

  const home = await makeTree(t, { "tmp/": "" });
  const env = { YT_PROXY: cluster.url, YT_TOKEN: "", HOME: home, TMPDIR: `${home}/tmp` };
  const inspected = await runYtcode(["inspect", BUILD_FOLDER, "--json"], { cwd: home, env });
  assert.equal(inspected.stderr, "");
  assert.partialDeepStrictEqual(JSON.parse(inspected.stdout), {
    place: { type: "node", path: ARCHIVE },
    digest: manifest.digest,
    packed: { sizeBytes: bytes.length, sha256: sha256(bytes), md5: md5(bytes) },
    verified: true,
    disagreements: [],
  });

  // What somebody else has put in its place is told, though there is no MD5 of it either.
  const version = `${BUILD_FOLDER}/versions/${manifest.digest}/source.tar.gz`;
  const twice = { source_paths: [version, version], destination_path: ARCHIVE };
  await cluster.raw.command("concatenate", twice);
  const again = await runYtcode(["inspect", ARCHIVE, "--json"], { cwd: home, env });
  assert.partialDeepStrictEqual(JSON.parse(again.stdout), { verified: false });
});
