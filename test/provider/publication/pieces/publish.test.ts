/** Publishing a large archive in pieces: what is sent, what is left on the cluster, and what is not relied on. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  findVersion,
  listHistory,
  observePublication,
  promoteArchive,
  publishArchive,
  removePublication,
  restoreVersion,
} from "../../../../provider/publication/index.ts";
import type {
  ArchiveSet,
  Published,
  PublishingOptions,
} from "../../../../provider/publication/index.ts";
import { createYtClient } from "../../../../provider/yt/index.ts";
import type { YtClient } from "../../../../provider/yt/index.ts";
import { editSegment, joinSegments, makeSegments, SMALL_PIECES } from "../../../tools/pieces.ts";
import {
  BUILD_FOLDER,
  makeArchiveSet,
  makeLog,
  md5,
  OTHER_PUBLISHER,
  PUBLISHER,
  sha256,
} from "../../../tools/publication-fixtures.ts";
import { FAST_RETRY, startTestCluster } from "../../../tools/test-cluster.ts";
import type { TestCluster } from "../../../tools/test-cluster.ts";

const PIECES = `${BUILD_FOLDER}/pieces`;
const SEGMENTS = makeSegments(40);
const FIRST = joinSegments(SEGMENTS);
const SECOND = joinSegments(editSegment(SEGMENTS, 20));

const publish = async (
  { client }: Pick<TestCluster, "client">,
  archiveSet: ArchiveSet,
  more: Partial<PublishingOptions> = {},
): Promise<Published> =>
  publishArchive({
    client,
    buildFolder: BUILD_FOLDER,
    archiveSet,
    publisher: PUBLISHER,
    pieces: SMALL_PIECES,
    log: () => undefined,
    ...more,
  });

const versionOf = ({ digest }: ArchiveSet): string => `${BUILD_FOLDER}/versions/${digest}`;

async function observe({ client }: TestCluster, { digest }: ArchiveSet, chunks?: string) {
  const { type, ...rest } = await observePublication({
    client,
    buildFolder: BUILD_FOLDER,
    digest,
    known: { chunks },
  });
  return "how" in rest ? `${type}: ${rest.how}` : type;
}

async function makeSets(t: TestContext): Promise<readonly [ArchiveSet, ArchiveSet]> {
  return [
    await makeArchiveSet(t, { archive: FIRST }),
    await makeArchiveSet(t, { archive: SECOND }),
  ];
}

test("after an edit the changed pieces are sent, and readers see one ordinary file", async (t) => {
  const cluster = await startTestCluster(t);
  const { raw } = cluster;
  const [first, second] = await makeSets(t);
  const before = await publish(cluster, first);
  assert.equal(before.bytesSent, FIRST.length);
  const after = await publish(cluster, second);
  assert.ok(after.bytesSent > 40_000 && after.bytesSent < 5 * SMALL_PIECES.pieceBytes);
  assert.equal(after.uploaded, true);
  assert.deepEqual([after.sha256, after.md5], [sha256(SECOND), md5(SECOND)]);
  for (const path of [after.archivePath, after.versionPath]) {
    assert.equal(await raw.get(`${path}/@type`), "file");
    assert.ok((await raw.read(path)).equals(SECOND));
    assert.equal(await raw.get(`${path}/@ytcode_md5`), md5(SECOND));
    assert.equal(await raw.get(`${path}/@ytcode_chunks`), after.chunks);
  }
  assert.ok((await raw.read(before.versionPath)).equals(FIRST));
  assert.equal(await observe(cluster, second, after.chunks), "in place");
  // What a version is made of stays; each piece is what its name says.
  const pieces = await raw.listWithAttributes(PIECES, ["expiration_timeout", "ytcode_resource"]);
  for (const { name, attributes } of pieces) {
    assert.equal(sha256(await raw.read(`${PIECES}/${name}`)), name);
    assert.deepEqual(attributes, { ytcode_resource: "daily" });
  }
  assert.equal(await raw.exists(`${PIECES}/@expiration_timeout`), false);
  const again = await publish(cluster, first);
  assert.deepEqual([again.bytesSent, again.uploaded], [0, false]);
});

test("an archive in pieces goes with retention, pieces that others need stay", async (t) => {
  const cluster = await startTestCluster(t);
  const { raw } = cluster;
  const [first, second] = await makeSets(t);
  await publish(cluster, first);
  const old = await raw.list(PIECES);
  await publish(cluster, second, { keepVersions: 1 });
  const listed = await raw.get(`${versionOf(second)}/@ytcode_pieces`);
  const left = await raw.list(PIECES);
  assert.ok(Array.isArray(listed));
  assert.deepEqual(new Set(left), new Set(listed));
  assert.ok(old.some((name) => !left.includes(name)));
  assert.ok((await raw.read(`${BUILD_FOLDER}/source.tar.gz`)).equals(SECOND));
  await removePublication({
    client: cluster.client,
    buildFolder: BUILD_FOLDER,
    resourceId: PUBLISHER.resourceId,
    log: () => undefined,
  });
  assert.equal(await raw.exists(BUILD_FOLDER), false);
});

test("destroy leaves what somebody else has put among the pieces", async (t) => {
  const cluster = await startTestCluster(t);
  const [first] = await makeSets(t);
  await publish(cluster, first);
  await cluster.raw.create("file", `${PIECES}/notes`);
  const { client } = cluster;
  const place = { client, buildFolder: BUILD_FOLDER, log: () => undefined };
  await removePublication({ ...place, resourceId: OTHER_PUBLISHER.resourceId });
  assert.ok((await cluster.raw.list(PIECES)).length > 10);
  await removePublication({ ...place, resourceId: PUBLISHER.resourceId });
  assert.deepEqual(await cluster.raw.list(PIECES), ["notes"]);
});

test("pieces that are altered or missing are sent again", async (t) => {
  const cluster = await startTestCluster(t);
  const { raw } = cluster;
  const [first, second] = await makeSets(t);
  await publish(cluster, first);
  const [one = "", two = "", three = ""] = await raw.list(PIECES);
  const content = await raw.read(`${PIECES}/${one}`);
  // Of the same size, with the record of what it was.
  const forged = randomBytes(content.length);
  await raw.write(`${PIECES}/${one}`, forged);
  await raw.set(`${PIECES}/${one}/@ytcode_md5`, md5(forged));
  await raw.remove(`${PIECES}/${two}`);
  await raw.remove(`${PIECES}/${three}`);
  await raw.create("table", `${PIECES}/${three}`);
  await publish(cluster, second);
  assert.ok((await raw.read(`${BUILD_FOLDER}/source.tar.gz`)).equals(SECOND));
  const reused = await raw.get(`${versionOf(second)}/@ytcode_pieces`);
  assert.ok(Array.isArray(reused));
  for (const name of reused) {
    assert.equal(sha256(await raw.read(`${PIECES}/${name}`)), name);
  }
});

test("what is altered without MD5 is found, and repaired without sending", async (t) => {
  const cluster = await startTestCluster(t);
  const { raw } = cluster;
  const [first] = await makeSets(t);
  const { chunks, archivePath, versionPath } = await publish(cluster, first);
  const alter = async (path: string): Promise<void> => {
    await raw.create("file", "//tmp/other", { force: true });
    await raw.write("//tmp/other", randomBytes(FIRST.length));
    const source_paths = ["//tmp/other"];
    await raw.command("concatenate", { source_paths, destination_path: path });
  };
  const recorded = "was written anew: its chunks are not those that are recorded";
  await alter(archivePath);
  assert.equal(await observe(cluster, first), `archive altered: ${recorded}`);
  await alter(versionPath);
  const repaired = await publish(cluster, first);
  assert.equal(repaired.bytesSent, 0);
  assert.equal(repaired.chunks, chunks);
  assert.equal(await observe(cluster, first, chunks), "in place");
  for (const path of [archivePath, versionPath]) {
    assert.ok((await raw.read(path)).equals(FIRST));
  }
  // Who edits what is recorded as well is told by what the state knows.
  await alter(archivePath);
  const other = await raw.get(`${archivePath}/@chunk_ids`);
  assert.ok(Array.isArray(other));
  await raw.set(`${archivePath}/@ytcode_chunks`, sha256(other.join("\n")));
  const known = "its chunks are not those that were published";
  assert.equal(
    await observe(cluster, first, chunks),
    `archive altered: holds other bytes than were published: ${known}`,
  );
});

test("what lost its attributes is taken back by what the state knows", async (t) => {
  const cluster = await startTestCluster(t);
  const [first] = await makeSets(t);
  const { chunks, archivePath } = await publish(cluster, first);
  await cluster.raw.command("remove", { path: `${archivePath}/@ytcode_digest` });
  assert.match(await observe(cluster, first, chunks), /has lost what was recorded on it/);
  await assert.rejects(publish(cluster, first), /was not written by this tool/);
  await publish(cluster, first, { publishedChunks: chunks });
  assert.equal(await observe(cluster, first, chunks), "in place");
});

test("an archive in pieces is promoted, here and elsewhere, pinned and rolled back", async (t) => {
  const [cluster, other] = [await startTestCluster(t), await startTestCluster(t)];
  const [first, second] = await makeSets(t);
  await publish(cluster, first);
  await publish(cluster, second);
  const { client } = cluster;
  const from = { client, buildFolder: BUILD_FOLDER };
  const common = { publisher: OTHER_PUBLISHER, log: () => undefined };
  const targets = [
    { target: { client, buildFolder: "//home/prod/build" }, sameCluster: true, raw: cluster.raw },
    {
      target: { client: other.client, buildFolder: BUILD_FOLDER },
      sameCluster: false,
      raw: other.raw,
    },
  ];
  for (const { target, sameCluster, raw } of targets) {
    for (const [set, bytes] of [
      [second, SECOND],
      [first, FIRST],
      [second, SECOND],
    ] as const) {
      const version = await findVersion({ ...from, sha256: set.sha256 });
      const source = { ...from, proxy: "a", version };
      const published = await promoteArchive({ ...common, source, target, sameCluster });
      assert.equal(published.md5, md5(bytes));
      assert.ok((await raw.read(published.archivePath)).equals(bytes));
      const seen = await observePublication({ ...target, digest: set.digest });
      assert.equal(seen.type, "in place");
    }
  }
  const version = await findVersion({ ...from, digest: first.digest });
  const promotedFrom = { proxy: "a", buildFolder: BUILD_FOLDER, sha256: first.sha256 };
  const restored = { ...from, publisher: PUBLISHER, version, promotedFrom, log: () => undefined };
  await restoreVersion(restored);
  assert.ok((await cluster.raw.read(`${BUILD_FOLDER}/source.tar.gz`)).equals(FIRST));
  const history = await listHistory(client, BUILD_FOLDER);
  const shown = history?.map((entry) => [entry.sha256, entry.liveSince === undefined]);
  assert.deepEqual(shown, [
    [second.sha256, true],
    [first.sha256, false],
  ]);
});

test("between clusters only the pieces that the target lacks are sent, and all of the archive is verified", async (t) => {
  const [cluster, other] = [await startTestCluster(t), await startTestCluster(t)];
  const [first, second] = await makeSets(t);
  await publish(cluster, first);
  await publish(cluster, second);
  const from = { client: cluster.client, buildFolder: BUILD_FOLDER };
  const { lines, log } = makeLog();
  const promote = async ({ sha256: pin }: ArchiveSet): Promise<Published> => {
    cluster.cluster.clearRequests();
    const version = await findVersion({ ...from, sha256: pin });
    return promoteArchive({
      publisher: OTHER_PUBLISHER,
      pieces: SMALL_PIECES,
      log,
      source: { ...from, proxy: "a", version },
      target: { client: other.client, buildFolder: BUILD_FOLDER },
      sameCluster: false,
    });
  };
  const read = (): readonly string[] =>
    cluster.cluster.requests
      .filter(({ command }) => command === "lock")
      .map(({ path = "" }) => path);
  const names = async ({ digest }: ArchiveSet): Promise<unknown[]> => {
    const listed = await cluster.raw.get(`${BUILD_FOLDER}/versions/${digest}/@ytcode_pieces`);
    assert.ok(Array.isArray(listed));
    return listed;
  };
  const before = await promote(first);
  assert.equal(before.bytesSent, FIRST.length);
  const after = await promote(second);
  const there = new Set(await names(first));
  const missing = (await names(second)).filter((name) => !there.has(name));
  assert.ok(missing.length > 0 && missing.length < 5);
  assert.deepEqual(
    new Set(read()),
    new Set([
      `${versionOf(second)}/source.tar.gz`,
      ...missing.map((name) => `${PIECES}/${String(name)}`),
    ]),
  );
  assert.ok(after.bytesSent > 40_000 && after.bytesSent < 5 * SMALL_PIECES.pieceBytes);
  assert.deepEqual([after.sha256, after.md5], [sha256(SECOND), md5(SECOND)]);
  for (const [set, bytes] of [
    [first, FIRST],
    [second, SECOND],
  ] as const) {
    const path = `${BUILD_FOLDER}/versions/${set.digest}/source.tar.gz`;
    assert.ok((await other.raw.read(path)).equals(bytes));
  }
  assert.equal(await observe(other, second, after.chunks), "in place");
  assert.deepEqual(await other.raw.list(PIECES), await cluster.raw.list(PIECES));
  assert.doesNotMatch(lines.join("\n"), /whole/);

  // Chunks and pieces tell that it is what the source has, and not that this is what was tried.
  const forged = sha256("another archive");
  for (const path of [versionOf(first), `${versionOf(first)}/source.tar.gz`]) {
    await cluster.raw.set(`${path}/@ytcode_sha256`, forged);
  }
  const published = await other.raw.get(`${BUILD_FOLDER}/source.tar.gz/@ytcode_sha256`);
  await assert.rejects(promote({ ...first, sha256: forged }), {
    name: "UserError",
    message: /is altered: its SHA-256 is [0-9a-f]{64}, recorded is /,
  });
  assert.equal(await other.raw.get(`${BUILD_FOLDER}/source.tar.gz/@ytcode_sha256`), published);
});

test("pieces that are not those of a promoted archive count for nothing", async (t) => {
  const [cluster, other] = [await startTestCluster(t), await startTestCluster(t)];
  const { raw } = cluster;
  const [first] = await makeSets(t);
  await publish(cluster, first);
  const listed = `${versionOf(first)}/@ytcode_pieces`;
  const recorded = await raw.get(listed);
  assert.ok(Array.isArray(recorded));
  const [one = "", two = ""] = recorded.map(String);
  const content = await raw.read(`${PIECES}/${one}`);
  const damages = [
    // Recorded in another order.
    async () => raw.set(listed, [two, one, ...recorded.slice(2)]),
    // Of the same size, with the record of what it was.
    async () => {
      await raw.set(listed, recorded);
      await raw.write(`${PIECES}/${one}`, randomBytes(content.length));
    },
    async () => raw.remove(`${PIECES}/${one}`),
    async () => raw.remove(PIECES),
  ];
  for (const [index, damage] of damages.entries()) {
    await damage();
    const buildFolder = `//home/target/${index}`;
    const from = { client: cluster.client, buildFolder: BUILD_FOLDER };
    const source = { ...from, proxy: "a", version: await findVersion(from) };
    const published = await promoteArchive({
      publisher: OTHER_PUBLISHER,
      pieces: SMALL_PIECES,
      log: () => undefined,
      source,
      target: { client: other.client, buildFolder },
      sameCluster: false,
    });
    assert.deepEqual([published.bytesSent, published.chunks], [FIRST.length, undefined]);
    assert.ok((await other.raw.read(published.archivePath)).equals(FIRST));
    assert.equal(await other.raw.exists(`${buildFolder}/pieces`), false);
  }
});

test("a piece that is altered while it is promoted is not taken", async (t) => {
  const [cluster, other] = [await startTestCluster(t), await startTestCluster(t)];
  const { raw } = cluster;
  const [first] = await makeSets(t);
  await publish(cluster, first);
  const from = { client: cluster.client, buildFolder: BUILD_FOLDER };
  const version = await findVersion(from);
  const client: YtClient = {
    ...cluster.client,
    streamFile: async function* (path) {
      await raw.write(path, randomBytes(1000));
      yield* cluster.client.streamFile(path);
    },
  };
  const promoted = promoteArchive({
    publisher: OTHER_PUBLISHER,
    pieces: SMALL_PIECES,
    log: () => undefined,
    source: { ...from, client, proxy: "a", version },
    target: { client: other.client, buildFolder: BUILD_FOLDER },
    sameCluster: false,
  });
  await assert.rejects(promoted, { message: /^Cannot promote .* as its piece ".*" is altered$/ });
  assert.equal(await other.raw.exists(`${BUILD_FOLDER}/source.tar.gz`), false);
});

test("where the cluster refuses, the whole is sent, in one line", async (t) => {
  const cluster = await startTestCluster(t);
  const [first, second] = await makeSets(t);
  const { lines, log } = makeLog();
  const action = { type: "error", code: 901, message: "Access denied" } as const;
  cluster.cluster.inject({ command: "concatenate", action });
  const published = await publish(cluster, first, { log });
  assert.deepEqual([published.bytesSent, published.chunks], [FIRST.length, undefined]);
  assert.deepEqual(
    lines.filter((line) => line.includes("whole")),
    [
      '[Upload] Sending the whole archive, as cluster "test" will not put it together of pieces: Access denied',
    ],
  );
  assert.ok((await cluster.raw.read(published.archivePath)).equals(FIRST));
  // The empty folder of pieces goes with the rest.
  const { resourceId } = PUBLISHER;
  const removal = { client: cluster.client, buildFolder: BUILD_FOLDER, resourceId, log };
  await removePublication(removal);
  assert.equal(await cluster.raw.exists(BUILD_FOLDER), false);
  // An archive as earlier releases sent it; the next one is in pieces.
  cluster.cluster.inject({ command: "concatenate", action });
  await publish(cluster, first);
  const after = await publish(cluster, second);
  assert.notEqual(after.chunks, undefined);
  await cluster.raw.remove(PIECES);
  await cluster.raw.create("file", PIECES);
  const whole = await publish(
    cluster,
    await makeArchiveSet(t, { archive: joinSegments(SEGMENTS) }),
  );
  assert.equal(whole.chunks, undefined);
});

test("an account's limit is one message, and the old version stays", async (t) => {
  const cluster = await startTestCluster(t);
  const { raw } = cluster;
  const [first, second] = await makeSets(t);
  await raw.create("account", "", { path: undefined, attributes: { name: "team" } });
  await raw.create("map_node", "//home/daily", { attributes: { account: "team" } });
  await publish(cluster, first);
  const usage = async () => Object(await raw.get("//sys/accounts/team/@resource_usage"));
  const { disk_space: diskSpace } = await usage();
  // Pieces, version and live archive share what they hold.
  assert.equal(diskSpace, 3 * FIRST.length);
  await raw.set("//sys/accounts/team/@resource_limits/disk_space", diskSpace + 1000);
  const { lines, log } = makeLog();
  await assert.rejects(publish(cluster, second, { log }), /is over disk space limit/);
  assert.equal(lines.filter((line) => line.includes("whole")).length, 0);
  assert.equal(await observe(cluster, first), "in place");
  // Without room for more pieces there is still room for an archive, its version, and what replaces the live one.
  await raw.set("//sys/accounts/team/@resource_limits/disk_space", 100 * diskSpace);
  await raw.remove(PIECES);
  const { node_count: nodeCount } = await usage();
  await raw.set("//sys/accounts/team/@resource_limits/node_count", nodeCount + 4);
  const published = await publish(cluster, second, { log });
  assert.match(lines.join("\n"), /Sending the whole archive, .* is over Cypress node count limit/);
  assert.ok((await raw.read(published.archivePath)).equals(SECOND));
});

test("of two who publish at once both versions are whole, with the pieces of both and no others", async (t) => {
  const cluster = await startTestCluster(t);
  const { raw, url } = cluster;
  const sets = await makeSets(t);
  const other = createYtClient({ proxy: url, displayName: "other", retry: FAST_RETRY });
  const published = await Promise.all([
    publish(cluster, sets[0]),
    publish({ client: other }, sets[1]),
  ]);
  const listed = await Promise.all(
    sets.map(async (set) => raw.get(`${versionOf(set)}/@ytcode_pieces`)),
  );
  const temporary = await raw.listWithAttributes(PIECES, ["expiration_timeout"]);
  assert.deepEqual(new Set(temporary.map(({ name }) => name)), new Set(listed.flat()));
  assert.ok(temporary.every(({ attributes }) => attributes["expiration_timeout"] === undefined));
  for (const [index, bytes] of [FIRST, SECOND].entries()) {
    assert.ok((await raw.read(published[index]?.versionPath ?? "")).equals(bytes));
  }
  const live = await raw.read(`${BUILD_FOLDER}/source.tar.gz`);
  const digest = await raw.get(`${BUILD_FOLDER}/source.tar.gz/@ytcode_digest`);
  assert.ok(live.equals(digest === sets[0].digest ? FIRST : SECOND));
  // What both have was sent once.
  const sent = published.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
  assert.ok(sent < FIRST.length + 5 * SMALL_PIECES.pieceBytes);
  // With one version kept, what the other alone was made of goes.
  await Promise.all([
    publish(cluster, sets[0], { keepVersions: 1 }),
    publish({ client: other }, sets[1], { keepVersions: 1 }),
  ]);
  const [winner = ""] = await raw.list(`${BUILD_FOLDER}/versions`);
  const kept = await raw.get(`${BUILD_FOLDER}/versions/${winner}/@ytcode_pieces`);
  assert.ok(Array.isArray(kept));
  assert.deepEqual(new Set(await raw.list(PIECES)), new Set(kept));
  const left = await raw.read(`${BUILD_FOLDER}/source.tar.gz`);
  assert.ok(left.equals(winner === sets[0].digest ? FIRST : SECOND));
});

test("of an archive that is not what was packed nothing is left", async (t) => {
  const cluster = await startTestCluster(t);
  const [first, second] = await makeSets(t);
  await publish(cluster, first);
  const before = await cluster.raw.list(PIECES);
  const altered = { ...second, sha256: sha256("another") };
  await assert.rejects(publish(cluster, altered), /as it is not what was packed: its SHA-256 is /);
  assert.deepEqual(await cluster.raw.list(PIECES), before);
  assert.equal(await observe(cluster, first), "in place");
});

test("a publisher that was killed leaves its pieces for the next, or for nobody", async (t) => {
  const cluster = await startTestCluster(t);
  const { raw, url } = cluster;
  const [first] = await makeSets(t);
  const held = { command: "write_file", skip: 9, times: 99, action: { type: "hang" } } as const;
  cluster.cluster.inject(held);
  const script = fileURLToPath(new URL("../../../tools/publish-process.ts", import.meta.url));
  const args = [script, url, BUILD_FOLDER, first.archiveFile, "6000", "pieces"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  const exited = once(child, "exit");
  const writes = () =>
    cluster.cluster.requests.filter(({ command }) => command === "write_file").length;
  while (writes() < 13) {
    await delay(5);
  }
  child.kill("SIGKILL");
  await exited;
  cluster.cluster.clearFaults();
  const left = await raw.listWithAttributes(PIECES, [
    "expiration_timeout",
    "uncompressed_data_size",
  ]);
  assert.equal(left.length, 9);
  for (const { attributes } of left) {
    assert.equal(attributes["expiration_timeout"], 7 * 24 * 60 * 60 * 1000);
  }
  assert.equal(await raw.get(`${PIECES}/@expiration_timeout`), 7 * 24 * 60 * 60 * 1000);
  const sizes = left.map(({ attributes }) => Number(attributes["uncompressed_data_size"]));
  const leftBytes = sizes.reduce((sum, size) => sum + size, 0);
  // Their time is up; what they hold is waited for until then.
  const next = publish(cluster, first);
  for (const transaction_id of await raw.list("//sys/transactions")) {
    await raw.command("abort_transaction", { transaction_id }).catch(() => undefined);
  }
  const published = await next;
  assert.equal(published.bytesSent, FIRST.length - leftBytes);
  assert.ok((await raw.read(published.archivePath)).equals(FIRST));
});
