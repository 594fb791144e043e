/** Pieces of a publication that breaks off: what is left of them, and what goes on being read of the source. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import {
  findVersion,
  promoteArchive,
  publishArchive,
} from "../../../../provider/publication/index.ts";
import type { Published } from "../../../../provider/publication/index.ts";
import type { YtClient } from "../../../../provider/yt/index.ts";
import { joinSegments, makeSegments, SMALL_PIECES } from "../../../tools/pieces.ts";
import {
  BUILD_FOLDER,
  makeArchiveSet,
  makeLog,
  OTHER_PUBLISHER,
  PUBLISHER,
} from "../../../tools/publication-fixtures.ts";
import { startTestCluster } from "../../../tools/test-cluster.ts";

const PIECES = `${BUILD_FOLDER}/pieces`;
const ARCHIVE = joinSegments(makeSegments(40));

/** An archive on one cluster, and what promotes it to another one. */
async function startPromotion(t: TestContext) {
  const [source, target] = [await startTestCluster(t), await startTestCluster(t)];
  const archiveSet = await makeArchiveSet(t, { archive: ARCHIVE });
  const { versionPath } = await publishArchive({
    client: source.client,
    buildFolder: BUILD_FOLDER,
    archiveSet,
    publisher: PUBLISHER,
    pieces: SMALL_PIECES,
    log: () => undefined,
  });
  const { lines, log } = makeLog();
  const promote = async (client: YtClient = source.client): Promise<Published> => {
    const from = { client, buildFolder: BUILD_FOLDER, proxy: "a" };
    return promoteArchive({
      publisher: OTHER_PUBLISHER,
      pieces: SMALL_PIECES,
      log,
      source: { ...from, version: await findVersion(from) },
      target: { client: target.client, buildFolder: BUILD_FOLDER },
      sameCluster: false,
    });
  };
  /** The node that the archive's content is read from. */
  const archiveNode = `#${String(await source.raw.get(`${versionPath}/@id`))}`;
  return { source, target, versionPath, archiveNode, lines, promote };
}

/** The client, which waits before it reads one of the files. */
function waitingFor(client: YtClient, path: string, event: () => Promise<void>): YtClient {
  return {
    ...client,
    scoped: (scope) => waitingFor(client.scoped(scope), path, event),
    streamFile: async function* (read) {
      if (read === path) {
        await event();
      }
      yield* client.streamFile(read);
    },
  };
}

for (const [what, action] of [
  ["gone", { type: "error", code: 500, message: "Error resolving path" }],
  ["over a limit", { type: "error", code: 902, message: "Account is over its limit" }],
] as const) {
  test(`what was sent stays for the next attempt when the archive cannot be read: ${what}`, async (t) => {
    const { source, target, versionPath, archiveNode, lines, promote } = await startPromotion(t);
    const pieces = async () =>
      target.raw.listWithAttributes(PIECES, ["uncompressed_data_size", "expiration_timeout"]);
    let sent = 0;
    const someAreSent = async (): Promise<void> => {
      while (sent < 5) {
        await delay(5);
        sent = (await target.raw.exists(PIECES)) ? (await pieces()).length : 0;
      }
    };
    source.cluster.inject({ command: "read_file", path: archiveNode, action });
    const promotion = promote(waitingFor(source.client, versionPath, someAreSent));
    await assert.rejects(promotion, ({ message }: Error) =>
      message.startsWith(`Cannot read file "${versionPath}" on cluster "test": ${action.message}`),
    );
    assert.doesNotMatch(lines.join("\n"), /whole/);
    const left = await pieces();
    assert.ok(left.length >= 5);
    const leftBytes = left.reduce(
      (sum, { attributes }) => sum + Number(attributes["uncompressed_data_size"]),
      0,
    );
    // They go by themselves when there is no next attempt.
    assert.ok(left.every(({ attributes }) => Number(attributes["expiration_timeout"]) > 0));

    const { bytesSent, versionPath: path } = await promote();
    assert.equal(bytesSent, ARCHIVE.length - leftBytes);
    assert.ok((await target.raw.read(path)).equals(ARCHIVE));
  });
}

test("what was sent stays when a piece cannot be read", async (t) => {
  const { source, target, lines, promote } = await startPromotion(t);
  const [first = "", ...others] = await source.raw.list(PIECES);
  const isThere = async (): Promise<void> => {
    while (!(await target.raw.exists(`${PIECES}/${others[0] ?? ""}`))) {
      await delay(5);
    }
    await source.raw.remove(`${PIECES}/${first}`);
  };
  const client = waitingFor(source.client, `${PIECES}/${first}`, isThere);
  await assert.rejects(promote(client), {
    name: "ResolveError",
    message: /^Cannot lock .* on cluster "test": /,
  });
  assert.doesNotMatch(lines.join("\n"), /whole/);
  assert.ok(await target.raw.exists(`${PIECES}/${others[0] ?? ""}`));
  // From now on they are not all there.
  const { chunks, versionPath } = await promote();
  assert.equal(chunks, undefined);
  assert.ok((await target.raw.read(versionPath)).equals(ARCHIVE));
});

test("when a piece cannot be sent nothing more is read of the archive", async (t) => {
  const { source, target, archiveNode, promote } = await startPromotion(t);
  // Who waits for all of the archive asks for it again when no answer comes.
  source.cluster.inject({ command: "read_file", path: archiveNode, action: { type: "hang" } });
  const message = 'Account "team" is over disk space limit';
  target.cluster.inject({
    command: "write_file",
    skip: 2,
    times: 99,
    action: { type: "error", code: 902, message },
  });
  await assert.rejects(promote(), /is over disk space limit/);
  const asked = source.cluster.requests.filter(({ path }) => path === archiveNode);
  assert.ok(asked.length <= 1, `${asked.length} requests`);
  assert.deepEqual(await source.raw.list("//sys/transactions"), []);
  assert.deepEqual(await target.raw.list("//sys/transactions"), []);
});

test("pieces that did not find room leave an account no fuller than it was", async (t) => {
  const { client, raw } = await startTestCluster(t);
  const limits = "//sys/accounts/team/@resource_limits";
  const usage = async (): Promise<unknown> => raw.get("//sys/accounts/team/@resource_usage");
  await raw.create("account", "", { path: undefined, attributes: { name: "team" } });
  await raw.create("map_node", BUILD_FOLDER, { recursive: true, attributes: { account: "team" } });
  const publish = async (archive: Buffer): Promise<Published> =>
    publishArchive({
      client,
      buildFolder: BUILD_FOLDER,
      archiveSet: await makeArchiveSet(t, { archive }),
      publisher: PUBLISHER,
      pieces: SMALL_PIECES,
      log: () => undefined,
    });
  const { archivePath } = await publish(ARCHIVE);
  const before = await usage();
  const { disk_space: diskSpace } = Object(before);
  const other = joinSegments(makeSegments(40));
  await raw.set(`${limits}/disk_space`, diskSpace + 1.5 * other.length);
  await assert.rejects(publish(other), /Account "team" is over disk space limit/);
  assert.deepEqual(await usage(), before);
  assert.ok((await raw.read(archivePath)).equals(ARCHIVE));
  await raw.set(`${limits}/disk_space`, 3 * diskSpace);
  await publish(other);
  assert.ok((await raw.read(archivePath)).equals(other));
});

test("pieces leave an account no fuller than it was when it is a wrapper that does not find room", async (t) => {
  const { client, raw, cluster } = await startTestCluster(t);
  const name = "operation_wrapper_clean";
  const archiveSet = await makeArchiveSet(t, { archive: ARCHIVE, wrappers: { [name]: "echo" } });
  const path = `${BUILD_FOLDER}/versions/${archiveSet.digest}/${name}`;
  const message = 'Account "team" is over disk space limit';
  cluster.inject({ command: "write_file", path, action: { type: "error", code: 902, message } });
  cluster.inject({ command: "write_file", skip: 5, times: 99, action: { type: "hang" } });
  const whenSomeAreSent = async (): Promise<void> => {
    while (!(await raw.exists(PIECES)) || (await raw.list(PIECES)).length < 5) {
      await delay(5);
    }
  };
  const waiting = (inner: YtClient): YtClient => ({
    ...inner,
    scoped: (scope) => waiting(inner.scoped(scope)),
    writeFiles: async (files) => {
      if (files.some((file) => file.path === path)) {
        await whenSomeAreSent();
      }
      return inner.writeFiles(files);
    },
  });
  const publication = publishArchive({
    client: waiting(client),
    buildFolder: BUILD_FOLDER,
    archiveSet,
    publisher: PUBLISHER,
    pieces: SMALL_PIECES,
    log: () => undefined,
  });
  await assert.rejects(publication, /is over disk space limit/);
  assert.deepEqual(await raw.list(PIECES), []);
});
