/**
 * The permissions in docs/security.md: with those alone each operation works, and without any one of them it says what is
 * missing. That commands ask for them is the local cluster's imitation; docs/security.md names the sources.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import {
  findVersion,
  observePublication,
  promoteArchive,
  publishArchive,
  removePublication,
} from "../../../provider/publication/index.ts";
import { AuthorizationError } from "../../../provider/yt/errors/index.ts";
import { readDocument } from "../../tools/document.ts";
import {
  BUILD_FOLDER,
  makeArchiveSet,
  makeLog,
  PUBLISHER,
} from "../../tools/publication-fixtures.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";
import type { TestCluster } from "../../tools/test-cluster.ts";

const PARENT = "//home/daily";
const TARGET = "//home/prod/daily";

/** As links and other nodes are looked for on the way. */
const ABOVE: Rights = { "/": ["read"] };

const ALL = [
  "read",
  "write",
  "use",
  "administer",
  "create",
  "remove",
  "mount",
  "manage",
  "modify_children",
];

/** Permissions by the folder that they are for and all below it. */
type Rights = Readonly<Record<string, readonly string[]>>;

interface Row {
  /** As in the document's first column. */
  readonly operation: string;
  /** What the document says. */
  readonly rights: Rights;
  /** What else it takes, of which other rows tell. */
  readonly also?: Rights;
  /** What is said where an operation goes on without the last permission. */
  readonly isSaid?: RegExp;
  /** What of permissions is said with these alone, as another row tells. @default nothing */
  readonly says?: RegExp;
  readonly prepare: (place: Place) => Promise<unknown>;
  readonly run: (place: Place) => Promise<unknown>;
}

interface Place {
  readonly t: TestContext;
  readonly cluster: TestCluster;
  readonly lines: string[];
  readonly publish: (archive: string) => Promise<unknown>;
}

const published = ({ publish }: Place): Promise<unknown> => publish("one");

async function promote({ cluster: { client }, lines }: Place): Promise<void> {
  await promoteArchive({
    source: {
      client,
      proxy: "test",
      buildFolder: BUILD_FOLDER,
      version: await findVersion({ client, buildFolder: BUILD_FOLDER }),
    },
    target: { client, buildFolder: `${TARGET}/build` },
    sameCluster: true,
    publisher: { ...PUBLISHER, stack: "prod", resourceId: "prod/daily/1" },
    log: (line) => lines.push(line),
  });
}

async function publishedWithTarget(place: Place): Promise<void> {
  await published(place);
  await place.cluster.raw.create("map_node", TARGET);
}

const ROWS: readonly Row[] = [
  {
    operation: "all publications",
    rights: ABOVE,
    also: { [BUILD_FOLDER]: ["read", "write", "remove"] },
    prepare: published,
    run: ({ publish }) => publish("two"),
  },
  {
    operation: "the first publication",
    rights: { [PARENT]: ["read", "write"] },
    also: ABOVE,
    prepare: ({ cluster }) => cluster.raw.create("map_node", PARENT),
    run: published,
  },
  {
    operation: "updates",
    rights: { [BUILD_FOLDER]: ["read", "write", "remove"] },
    also: ABOVE,
    prepare: published,
    run: ({ publish }) => publish("two"),
  },
  {
    operation: "promotion, and its preview",
    rights: { [BUILD_FOLDER]: ["read"] },
    says: /^\[Upload\] No permission to mark .*, so its own stack may remove it when it is old$/,
    also: { ...ABOVE, [TARGET]: ["read", "write"] },
    prepare: publishedWithTarget,
    run: promote,
  },
  {
    operation: "keeping the promoted version",
    rights: { [`${BUILD_FOLDER}/versions`]: ["read", "write"] },
    also: { ...ABOVE, [BUILD_FOLDER]: ["read"], [TARGET]: ["read", "write"] },
    isSaid: /^\[Upload\] No permission to mark /,
    prepare: publishedWithTarget,
    run: promote,
  },
  {
    operation: "refresh",
    rights: { [BUILD_FOLDER]: ["read"] },
    prepare: published,
    run: async ({ cluster: { client } }) => {
      const digest = "0".repeat(64);
      return observePublication({ client, buildFolder: BUILD_FOLDER, digest });
    },
  },
  {
    operation: "destroy",
    rights: { [BUILD_FOLDER]: ["read", "write", "remove"], [PARENT]: ["write"] },
    prepare: published,
    run: ({ cluster: { client } }) =>
      removePublication({
        client,
        buildFolder: BUILD_FOLDER,
        resourceId: PUBLISHER.resourceId,
        log: makeLog().log,
      }),
  },
];

test("Operations work with the permissions that the document lists, and name the one that is missing", async (t) => {
  for (const row of ROWS) {
    await t.test(`${row.operation}: with them alone`, async (subtest) => {
      const place = await makePlace(subtest, row, { ...row.also, ...row.rights });
      await row.run(place);
      const said = place.lines.filter((line) => /permission/i.test(line));
      assert.equal(said.length, row.says === undefined ? 0 : 1, said.join("\n"));
      assert.match(said[0] ?? "", row.says ?? /^$/);
    });
    for (const [folder, permissions] of Object.entries(row.rights)) {
      for (const missing of permissions) {
        await t.test(`${row.operation}: without ${missing} on ${folder}`, async (subtest) => {
          const left = permissions.filter((each) => each !== missing);
          const rights = { ...row.also, ...row.rights, [folder]: left };
          const place = await makePlace(subtest, row, rights);
          if (row.isSaid !== undefined && missing === "write") {
            await row.run(place);
            assert.match(place.lines.join("\n"), row.isSaid);
            return;
          }
          await assert.rejects(row.run(place), (error) => {
            assert.ok(error instanceof AuthorizationError);
            assert.ok(
              error.message.includes(`"${missing}" permission for node ${folder}`),
              error.message,
            );
            return true;
          });
        });
      }
    }
  }
});

/** A cluster after a row's preparation, on which nothing is allowed but the rights. */
async function makePlace(t: TestContext, row: Row, rights: Rights): Promise<Place> {
  const cluster = await startTestCluster(t);
  const lines: string[] = [];
  const log = (line: string): void => void lines.push(line);
  const place: Place = {
    t,
    cluster,
    lines,
    publish: async (archive) =>
      publishArchive({
        client: cluster.client,
        buildFolder: BUILD_FOLDER,
        archiveSet: await makeArchiveSet(t, {
          archive,
          wrappers: { "operation_wrapper_run_map.sh": archive },
        }),
        publisher: PUBLISHER,
        keepVersions: 1,
        log,
      }),
  };
  await row.prepare(place);
  lines.length = 0;
  // The deepest first, as what is above denies what is below.
  const folders = Object.keys(rights).toSorted((a, b) => b.length - a.length);
  for (const folder of new Set([...folders, "/"])) {
    const permissions = ALL.filter((each) => rights[folder]?.includes(each) !== true);
    await cluster.raw.set(`${folder}/@inherit_acl`, false);
    await cluster.raw.set(`${folder}/@acl`, [
      { action: "deny", subjects: ["everyone"], permissions },
    ]);
  }
  return place;
}

test("The document lists these, and no others", async () => {
  const rows = (await readDocument("docs/security.md")).matchAll(
    /^\| (?<operation>[^|]*?) +\| (?<on>[^|]*?) +\| (?<permissions>`[^|]*?) +\|$/gm,
  );
  const listed = Array.from(rows, ({ groups }) => [groups?.["operation"], groups?.["permissions"]]);
  const quoted = ROWS.map(({ operation, rights, isSaid }) => [
    operation,
    [
      ...Object.values(rights).map((each) => each.map((name) => `\`${name}\``).join(", ")),
      ...(isSaid === undefined ? [] : ["without `write`, it is said"]),
    ].join("; "),
  ]);
  // The local cluster has no accounts that somebody may not use.
  assert.deepEqual(listed, [["all that is new", "`use`"], ...quoted]);
});
