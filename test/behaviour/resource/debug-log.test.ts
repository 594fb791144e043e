/** What `NODE_DEBUG=ytcode` prints of a resource's steps, in a process of its own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { startStep, waitForEnd } from "./killing.ts";
import { BUILD_FOLDER, makeProject, startCluster } from "./lifecycle.ts";

const TOKEN = "AQAD-token-nobody-may-see-4711";
const CODE = "answer_nobody_may_see = 42";

/** Creates a resource in a process. @returns its lines on stderr, and the requests that it made */
async function create(t: TestContext, debug: string, prepare?: (world: World) => void) {
  const world = await startCluster(t, TOKEN);
  const project = await makeProject(t, { "stages/clean/src/mapper.py": `${CODE}\n` });
  const resource = project.declare(world.cluster.url);
  resource.settings = { ...resource.settings, token: TOKEN };
  prepare?.(world);
  world.cluster.clearRequests();
  process.env["NODE_DEBUG"] = debug;
  const child = startStep("create", resource);
  delete process.env["NODE_DEBUG"];
  const { stderr } = await waitForEnd(child);
  const { host } = new URL(world.cluster.url);
  const lines = stderr.split("\n").map((line) => line.replace(/^YTCODE \d+: /, ""));
  return { stderr, lines, host, requests: [...world.cluster.requests] };
}

type World = Awaited<ReturnType<typeof startCluster>>;

test("NODE_DEBUG=ytcode prints every request, with its status and its time", async (t) => {
  const { lines, host, requests } = await create(t, "ytcode", ({ cluster }) => {
    cluster.inject({ command: "create", action: { type: "status", status: 503 } });
    cluster.inject({ command: "write_file", when: "after", action: { type: "reset" } });
  });
  const line = /^(GET|POST|PUT) (\w+) (\S*) ?at (\S+): (.*), attempt (\d+), [\d.]+ ms$/;
  const printed = lines.map((text) => line.exec(text)).filter((match) => match !== null);
  const described = printed.map(([, method, command, , at]) => `${method} ${command} ${at}`);
  const made = requests.map(({ method, url }) => `${method} ${url.split("/").at(-1)} ${host}`);
  assert.deepEqual(described.toSorted(), made.toSorted());

  const creates = printed.filter(([, , command]) => command === "create").slice(0, 2);
  assert.deepEqual(
    creates.map(([, , , path, , outcome, attempt]) => [path, outcome, attempt]),
    [
      [BUILD_FOLDER, "503, request id none", "1"],
      [BUILD_FOLDER, creates[1]?.[5], "2"],
    ],
  );
  assert.match(creates[1]?.[5] ?? "", /^200, request id [0-9a-f]+(-[0-9a-f]+){3}$/);
  const writes = printed.filter(([, , command]) => command === "write_file");
  assert.deepEqual(
    writes.filter(([, , , , , outcome]) => outcome?.startsWith("no answer")).length,
    1,
  );
  assert.ok(writes.some(([, , , , , , attempt]) => attempt === "2"));
});

test("NODE_DEBUG=ytcode prints every step of a publication, with its time", async (t) => {
  const { lines } = await create(t, "ytcode");
  const steps = lines.filter((line) => line.startsWith("Publish to "));
  assert.deepEqual(
    steps.map((line) => line.replace(/[\d.]+ ms$/, "… ms")),
    [
      "start the transaction",
      "lock the build folder",
      "look what is there",
      "make the version whole",
      "copy it to the stable names",
      "remove stale wrappers",
      "remove expired versions",
      "commit",
    ].map((step) => `Publish to ${BUILD_FOLDER}: ${step}, … ms`),
  );
});

test("NODE_DEBUG=ytcode prints neither the token nor what is in files", async (t) => {
  const message = `Bad header "Authorization: OAuth ${TOKEN}"`;
  const { stderr } = await create(t, "ytcode", ({ cluster }) => {
    cluster.inject({ command: "create", action: { type: "error", code: 100, message } });
    const headers = { "X-YT-Request-Id": TOKEN };
    cluster.inject({ command: "lock", action: { type: "status", status: 503, headers } });
  });
  assert.match(stderr, /503, request id <token>/);
  for (const hidden of [TOKEN, CODE, "OAuth", "Authorization"]) {
    assert.equal(stderr.includes(hidden), false, hidden);
  }
});

test("Nothing is printed when NODE_DEBUG asks for something else", async (t) => {
  assert.equal((await create(t, "ytcodes")).stderr, "");
});
