/** The token is in no error, no line and nowhere on the cluster. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { observePublication, publishArchive } from "../../../provider/publication/index.ts";
import { createYtClient } from "../../../provider/yt/index.ts";
import { FAST_RETRY, startTestCluster } from "../../tools/test-cluster.ts";
import {
  BUILD_FOLDER,
  makeArchiveSet,
  makeLog,
  PUBLISHER,
} from "../../tools/publication-fixtures.ts";

const TOKEN = "the-only-token-there-is";
const WRONG_TOKEN = "another-token-altogether";

/** Everything that a log, a debugger or a careless message could show of a value. */
function everythingIn(value: unknown): string {
  return inspect(value, { depth: 20, showHidden: true, getters: true, maxStringLength: null });
}

test("observePublication() tells that the token is wrong, and does not show it", async (t) => {
  const { url } = await startTestCluster(t, TOKEN);
  const client = createYtClient({ proxy: url, displayName: "test", token: WRONG_TOKEN });
  const error = await observePublication({
    client,
    buildFolder: BUILD_FOLDER,
    digest: "d",
  }).catch((reason: unknown) => reason);
  assert.ok(error instanceof Error);
  assert.equal(error.name, "AuthenticationError");
  assert.equal(
    error.message,
    `Cannot list "${BUILD_FOLDER}" on cluster "test": the token is refused: ` +
      "check yt:token or YT_TOKEN (Invalid token)",
  );
  assert.equal(everythingIn(error).includes(WRONG_TOKEN), false);
});

test("createYtClient() gives a client that tells when the cluster wants a token", async (t) => {
  const { url } = await startTestCluster(t, TOKEN);
  const client = createYtClient({ proxy: url, displayName: "test" });
  await assert.rejects(client.get("//home"), {
    name: "AuthenticationError",
    message:
      'Cannot read "//home" on cluster "test": the cluster wants a token: ' +
      "set yt:token or YT_TOKEN (Client is missing credentials)",
  });
});

// Every kind of failure that carries a request, an answer or a stream of the HTTP library inside.
const failures = {
  "a broken connection": { type: "reset" },
  "a gateway": { type: "status", status: 502, body: `<html>OAuth ${TOKEN}</html>` },
  "a cluster that repeats it": { type: "error", code: 1, message: `Bad header "OAuth ${TOKEN}"` },
  "a redirect": { type: "status", status: 307, headers: { Location: `http://localhost/${TOKEN}` } },
} as const;

for (const [what, action] of Object.entries(failures)) {
  test(`createYtClient() keeps the token out of errors and lines after ${what}`, async (t) => {
    const { url, cluster } = await startTestCluster(t, TOKEN);
    const { lines, log } = makeLog();
    const client = createYtClient({ proxy: url, token: TOKEN, log, retry: FAST_RETRY });
    for (const command of ["get", "create", "write_file", "read_file"]) {
      cluster.inject({ command, times: 99, action });
    }
    const source = { type: "bytes", bytes: Buffer.from("x") } as const;
    const attempts = [
      async () => client.get("//tmp/@type"),
      async () => client.create("map_node", "//tmp/x"),
      async () => client.writeFile("//tmp/y", source),
    ];
    for (const attempt of attempts) {
      const error = await attempt().catch((reason: unknown) => reason);
      assert.ok(error instanceof Error);
      assert.equal(everythingIn(error).includes(TOKEN), false, everythingIn(error));
      assert.equal(error.cause, undefined);
    }
    assert.equal(lines.join("\n").includes(TOKEN), false);
  });
}

test("publishArchive() leaves the token nowhere on the cluster, in its result or its lines", async (t) => {
  const { client, dataDirectory } = await startTestCluster(t, TOKEN);
  const { lines, log } = makeLog();
  const archiveSet = await makeArchiveSet(t, {
    archive: "archive",
    wrappers: { "operation_wrapper_a_map.sh": "x" },
  });
  const published = await publishArchive({
    client,
    buildFolder: BUILD_FOLDER,
    archiveSet,
    publisher: PUBLISHER,
    log,
  });
  assert.equal(everythingIn([published, lines, client]).includes(TOKEN), false);
  const files = await readdir(dataDirectory, { recursive: true, withFileTypes: true });
  const contents = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map(async (file) => readFile(join(file.parentPath, file.name), "latin1")),
  );
  assert.ok(contents.some((content) => content.includes("ytcode_resource_id")));
  assert.equal(
    contents.some((content) => content.includes(TOKEN)),
    false,
  );
});
