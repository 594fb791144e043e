/** What `up` published, read by YTsaurus's own Python client. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import path from "node:path";
import { test } from "node:test";
import { pythonPath } from "../../tools/paths.ts";
import { runProgram } from "../../ytjobs/run-python.ts";
import { startServer } from "./local-server.ts";
import { makeProject, succeed, writeStack } from "./project.ts";

const BUILD_FOLDER = "//home/examples/word_count/build";

/** Uses nothing of ours: the client of PyPI, as a user's scripts do. */
const SCRIPT = `
import hashlib, json, sys
import yt.wrapper as yt
client = yt.YtClient(proxy=sys.argv[1], token=sys.argv[2])
folder = sys.argv[3]
archive = client.read_file(folder + "/source.tar.gz").read()
attributes = client.get(folder + "/source.tar.gz/@", attributes=None)
print(json.dumps({
    "names": sorted(client.list(folder)),
    "versions": client.list(folder + "/versions"),
    "md5": hashlib.md5(archive).hexdigest(),
    "sha256": hashlib.sha256(archive).hexdigest(),
    "recorded": {name: attributes[name] for name in (
        "md5", "ytcode_digest", "ytcode_sha256", "ytcode_resource", "ytcode_stack", "ytcode_parts")},
    "wrapper": client.read_file(folder + "/operation_wrapper_count_words_map.sh").read(2).decode(),
}))
`;

test("PyPI's ytsaurus-client lists a published build folder, reads the archive and its attributes", async (t) => {
  const token = createHash("sha256").update(String(process.pid)).digest("hex");
  const project = await makeProject(t, ["word_count"]);
  const url = await startServer(t, path.join(project.directory, "cluster"), ["--token", token]);
  await writeStack(project, "dev", {
    "yt:proxy": url,
    "pulumi-yt-code:pipelines": [{ name: "word_count", directory: "examples/word_count" }],
  });
  await succeed(project.ytcode(["up"], { YT_TOKEN: token }));
  const outputs: Record<string, Record<string, unknown>> = JSON.parse(
    await succeed(project.ytcode(["outputs", "--json"])),
  );
  const { digest, sha256, md5 } = outputs["word_count"] ?? {};

  const address = url.replace("http://", "");
  const seen: unknown = JSON.parse(
    await succeed(runProgram(pythonPath, ["-c", SCRIPT, address, token, BUILD_FOLDER])),
  );

  assert.partialDeepStrictEqual(seen, {
    names: [
      "operation_wrapper_count_words_map.sh",
      "operation_wrapper_count_words_reduce.sh",
      "source.tar.gz",
      "versions",
    ],
    versions: [digest],
    md5,
    sha256,
    recorded: {
      md5,
      ytcode_digest: digest,
      ytcode_sha256: sha256,
      ytcode_resource: "word_count",
      ytcode_stack: "dev",
    },
    wrapper: "#!",
  });
  assert.ok(digest !== undefined && md5 !== undefined);
});
