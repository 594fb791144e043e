/** Clusters that refuse or do not answer, at any request of an update. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { FaultRequest } from "../../../local-cluster/index.ts";
import type { RawCluster } from "../../tools/raw-cluster.ts";
import {
  BUILD_FOLDER,
  describeNodes,
  digestFiles,
  makeProject,
  makeProjectWithCluster,
  STABLE_NAMES,
  startCluster,
  unusedHost,
} from "./lifecycle.ts";
import { createRecordingClock } from "../../tools/recording-clock.ts";

const TOKEN = "the-right-token";

/** How a cluster refuses, and what the user is told; URL stands for its address. */
interface Refusal {
  readonly name: string;
  readonly token?: string;
  readonly prepare?: (raw: RawCluster) => Promise<void>;
  readonly error: Readonly<Record<string, unknown>>;
}

const REFUSALS: readonly Refusal[] = [
  {
    name: "a wrong token",
    token: "a-wrong-token",
    error: {
      name: "AuthenticationError",
      message:
        `Cannot start transaction "Publish to ${BUILD_FOLDER}" on cluster "URL": ` +
        "the token is refused: check yt:token or YT_TOKEN (Invalid token)",
    },
  },
  {
    name: "a missing token",
    error: {
      name: "AuthenticationError",
      message:
        `Cannot start transaction "Publish to ${BUILD_FOLDER}" on cluster "URL": ` +
        "the cluster wants a token: set yt:token or YT_TOKEN (Client is missing credentials)",
    },
  },
  {
    name: "a build folder under a file",
    token: TOKEN,
    prepare: (raw) => raw.create("file", "//home/daily"),
    error: {
      name: "UserError",
      message:
        `Cannot use "${BUILD_FOLDER}" as build folder as "//home/daily" is a node of type "file", ` +
        "not a map node: choose another build folder",
      argument: "buildFolder",
    },
  },
  {
    name: "a build folder that is a table",
    token: TOKEN,
    prepare: (raw) => raw.create("table", BUILD_FOLDER),
    error: {
      name: "UserError",
      message:
        `Cannot use "${BUILD_FOLDER}" as build folder as it is a node of type "table", ` +
        "not a map node: choose another build folder",
      argument: "buildFolder",
    },
  },
  {
    name: "no permission",
    token: TOKEN,
    prepare: async (raw) => {
      const deny = { action: "deny", subjects: ["everyone"], permissions: ["write"] };
      await raw.create("map_node", "//home/daily");
      await raw.set("//home/daily/@acl", [deny]);
    },
    error: {
      name: "AuthorizationError",
      message:
        `Cannot create "${BUILD_FOLDER}" on cluster "URL": Access denied for user "root": ` +
        '"write" permission for node //home/daily is denied for "everyone" by ACE at node //home/daily: ' +
        "ask for the permission, or use the token of a user who has it",
    },
  },
];

for (const { name, token, prepare, error } of REFUSALS) {
  test(`sync() says what is wrong with ${name}, and changes nothing`, async (t) => {
    const { cluster, raw } = await startCluster(t, TOKEN);
    const project = await makeProject(t);
    await prepare?.(raw);
    const before = await describeNodes(raw, "/");
    const sources = await digestFiles(project.directory);
    const resource = project.declare(cluster.url);
    resource.settings = { ...resource.settings, token };
    const message = String(error["message"]).replace("URL", cluster.url);
    await assert.rejects(resource.up(), { ...error, message });
    assert.equal(resource.outputs, undefined);
    assert.deepEqual(await describeNodes(raw, "/"), before);
    assert.deepEqual(await digestFiles(project.directory), sources);
  });
}

test("sync() says that a cluster does not answer, and waits for it before", async (t) => {
  const project = await makeProject(t);
  const sources = await digestFiles(project.directory);
  const host = await unusedHost();
  const resource = project.declare(host);
  const clock = createRecordingClock();
  resource.settings = { ...resource.settings, clock };
  const message =
    `Cannot start transaction "Publish to ${BUILD_FOLDER}" as cluster "${host}" does not answer: ` +
    `connection to ${host} refused (ECONNREFUSED): set its address with ` +
    '"ytcode config set yt:proxy HOST:PORT" or YT_PROXY';
  await assert.rejects(resource.up(), { name: "UnreachableError", message, argument: "proxy" });
  assert.deepEqual(resource.lines.slice(2), [`${message}; trying again in 0.1 s, for up to 40 s`]);
  assert.ok(clock.now() > 30_000, "an outage of half a minute is waited for");
  assert.deepEqual(await digestFiles(project.directory), sources);
});

test("sync() waits at its first request for a cluster that has the archive, and is being restarted", async (t) => {
  const { resource, cluster } = await makeEdited(t);
  cluster.inject({ action: { type: "down", durationMs: 2000 } });
  await resource.up();
  const [line = "", ...others] = resource.lines.filter((text) => text.includes("trying again"));
  assert.match(line, /broke off \(ECONNRESET\).*; trying again in \d\.\d s, for up to 120 s$/);
  assert.ok(others.length <= 1, others.join("\n"));
});

/** A resource that is up, and an edit of its pipeline. */
async function makeEdited(t: TestContext) {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  await world.edit({ "stages/clean/src/mapper.py": "print('cleaner')\n" });
  return { ...world, resource, inputs: await resource.checked() };
}

/** Aborts must get through: where they do not, the cluster ends a transaction only later. */
function isNoAbort({ command }: FaultRequest): boolean {
  return command !== "abort_transaction";
}

test("sync() refused at any request of an update changes nothing, and leaves no lock behind", async (t) => {
  const { resource, inputs, cluster, raw } = await makeEdited(t);
  const { outputs } = resource;
  const before = await describeNodes(raw, "/");
  let refusals = 0;
  for (let skip = 0; ; skip += 1) {
    const action = { type: "error", code: 902, message: "Account limit exceeded" } as const;
    cluster.inject({ skip, matches: isNoAbort, action });
    const failure = await resource.update(inputs).then(
      () => undefined,
      (error: unknown) => error,
    );
    cluster.clearFaults();
    if (failure === undefined) {
      break;
    }
    refusals += 1;
    assert.ok(failure instanceof Error);
    assert.match(
      failure.message,
      /^Cannot .* on cluster ".*": Account limit exceeded: remove what is not needed from /,
    );
    assert.equal(resource.outputs, outputs);
    assert.deepEqual(await describeNodes(raw, "/"), before, `refused at request ${skip + 1}`);
  }
  assert.ok(refusals > 25, `An update has more requests than ${refusals}`);
  assert.deepEqual(await raw.list(BUILD_FOLDER), [...STABLE_NAMES, "versions"]);
  const waiting = resource.lines.filter((line) => line.includes("Waiting"));
  assert.deepEqual(waiting, []);
});

test("sync() gets over a cluster that does not answer for a moment, whatever the request", async (t) => {
  const { resource, inputs, cluster, raw } = await makeEdited(t);
  for (const [when, type] of [
    ["before", "reset"],
    ["after", "reset"],
  ] as const) {
    for (const command of ["start_transaction", "create", "lock", "copy", "commit_transaction"]) {
      cluster.inject({ command, when, action: { type } });
    }
  }
  await resource.update(inputs);
  assert.deepEqual(await resource.refresh(), inputs);
  assert.deepEqual(await raw.list(BUILD_FOLDER), [...STABLE_NAMES, "versions"]);
});
