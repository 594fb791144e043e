/** Build folders that cannot be used: one message with what to do, and the cluster unchanged. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { publishArchive } from "../../../provider/publication/index.ts";
import { withTransaction } from "../../../provider/yt/index.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import {
  BUILD_FOLDER,
  makeArchiveSet,
  makeLog,
  PUBLISHER,
} from "../../tools/publication-fixtures.ts";
import type { RawCluster } from "../../tools/raw-cluster.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";
import type { TestCluster } from "../../tools/test-cluster.ts";

/** What is in the way, and what the user is told. */
interface BadFolder {
  readonly prepare: (raw: RawCluster) => Promise<void>;
  readonly buildFolder: string;
  /** Follows "Cannot use … as build folder as". */
  readonly reason?: string;
  readonly message?: string;
}

const TYPES = ["file", "table", "document", "string_node"];

/** Makes a link whose target is gone. */
async function breakLink(raw: RawCluster): Promise<void> {
  await raw.create("map_node", "//home/x");
  await raw.command("link", { target_path: "//home/x", link_path: "//home/link" });
  await raw.remove("//home/x");
}

const BAD_FOLDERS: Readonly<Record<string, BadFolder>> = {
  ...Object.fromEntries(
    TYPES.map((type) => [
      `a ${type}`,
      {
        prepare: async (raw: RawCluster) => raw.create(type, "//home/x"),
        buildFolder: "//home/x",
        reason: `it is a node of type "${type}", not a map node`,
      },
    ]),
  ),
  "below a file": {
    prepare: (raw) => raw.create("file", "//home/x"),
    buildFolder: "//home/x/a/b",
    reason: '"//home/x" is a node of type "file", not a map node',
  },
  "a link to a table": {
    prepare: async (raw) => {
      await raw.create("table", "//home/x");
      await raw.command("link", { target_path: "//home/x", link_path: "//home/link" });
    },
    buildFolder: "//home/link",
    reason: 'it is a node of type "table", not a map node',
  },
  "a broken link": {
    prepare: breakLink,
    buildFolder: "//home/link",
    reason: "it is a link to what does not exist",
  },
  "below a broken link": {
    prepare: breakLink,
    buildFolder: "//home/link/a/b",
    reason: '"//home/link" is a link to what does not exist',
  },
  "a folder whose versions are a file": {
    prepare: (raw) => raw.create("file", "//home/x/versions"),
    buildFolder: "//home/x",
    message:
      'Cannot publish to "//home/x" as "//home/x/versions" is a node of type "file": ' +
      "remove it, or choose another build folder",
  },
};

async function publishTo(t: Parameters<typeof startTestCluster>[0], { client }: TestCluster) {
  const archiveSet = await makeArchiveSet(t, { archive: "ours" });
  const { lines, log } = makeLog();
  const publish = async (buildFolder: string) =>
    publishArchive({ client, buildFolder, archiveSet, publisher: PUBLISHER, log });
  return { publish, lines };
}

/** Every node, with what a change would change. */
async function look(raw: RawCluster, path = "/"): Promise<readonly unknown[]> {
  const children = await raw.listWithAttributes(path, ["type", "id", "revision"]);
  const below = children
    .filter(({ attributes }) => attributes["type"] === "map_node")
    .map(({ name }) => look(raw, path === "/" ? `//${name}` : `${path}/${name}`));
  return [...children, ...(await Promise.all(below)).flat()];
}

for (const [what, { prepare, buildFolder, reason, message }] of Object.entries(BAD_FOLDERS)) {
  test(`publishArchive() refuses a build folder that is ${what}`, async (t) => {
    const cluster = await startTestCluster(t);
    await prepare(cluster.raw);
    const before = await look(cluster.raw);
    const { publish } = await publishTo(t, cluster);
    await assert.rejects(
      publish(buildFolder),
      new UserError(
        message ??
          `Cannot use "${buildFolder}" as build folder as ${String(reason)}: choose another build folder`,
        { argument: "buildFolder" },
      ),
    );
    assert.deepEqual(await look(cluster.raw), before);
  });
}

for (const part of ["a", "a/b", "missing", "missing/x"]) {
  test(`publishArchive() refuses the build folder "${part}" inside a document`, async (t) => {
    const cluster = await startTestCluster(t);
    await cluster.raw.create("document", "//home/x");
    await cluster.raw.set("//home/x", { a: { b: 1 } });
    const before = await look(cluster.raw);
    const { publish } = await publishTo(t, cluster);
    await assert.rejects(publish(`//home/x/${part}`), {
      name: "UserError",
      message:
        /^Cannot use "[^"]+" as build folder as .* is a node of type "document", not a map node: choose/,
      argument: "buildFolder",
    });
    assert.deepEqual(await look(cluster.raw), before);
    assert.deepEqual(await cluster.raw.get("//home/x"), { a: { b: 1 } });
  });
}

const REFUSALS = [
  [
    902,
    'Account "tmp" is over disk space limit',
    "remove what is not needed from that account, or have its limit raised",
  ],
  [
    901,
    'Access denied for user "x"',
    "ask for the permission, or use the token of a user who has it",
  ],
  [905, 'No such account "x"', "have that account created, or take a place under another"],
  [903, 'User "x" is banned', "ask the cluster's administrators"],
  [
    906,
    "Cluster is in safe mode",
    "run it again when the cluster's administrators have ended that",
  ],
] as const;

for (const [code, text, advice] of REFUSALS) {
  test(`publishArchive() says what to do about error ${code}, and leaves nothing behind`, async (t) => {
    const cluster = await startTestCluster(t);
    const before = await look(cluster.raw);
    const { publish } = await publishTo(t, cluster);
    cluster.cluster.inject({
      command: "write_file",
      action: { type: "error", code, message: text },
    });
    await assert.rejects(publish(BUILD_FOLDER), ({ message }: Error) => {
      assert.match(message, /^Cannot [^\n]* on cluster "test": [^\n]*$/);
      assert.ok(message.endsWith(`: ${text}: ${advice}`), message);
      return true;
    });
    assert.deepEqual((await look(cluster.raw)).length, before.length);
  });
}

test("publishArchive() names the transaction in which somebody else has just made the build folder", async (t) => {
  const cluster = await startTestCluster(t);
  const { client, raw } = cluster;
  const { publish, lines } = await publishTo(t, cluster);
  let publication: Promise<unknown> = Promise.resolve();
  const theirs = { title: "Make it", timeoutMs: 60_000 };
  await withTransaction(client, theirs, async (transaction) => {
    await transaction.create("map_node", "//home/new/build", { recursive: true });
    publication = publish("//home/new/build");
    while (!lines.some((line) => line.includes("Waiting"))) {
      await client.clock.sleep(10, undefined);
    }
    await assert.rejects(raw.list("//home/new/build"));
  });
  await publication;
  assert.match(lines.find((line) => line.includes("Waiting")) ?? "", /transaction \S+ "Make it"/);
  assert.deepEqual(await raw.list("//home/new/build"), ["source.tar.gz", "versions"]);
});
