/** `ytcode inspect` of archives on a cluster, run as a user runs it. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { openArchiveNode } from "../../../cli/inspect/open/open-archive-node.ts";
import { buildArchive } from "../../../provider/archive/build/build.ts";
import { formatSize } from "../../../common/text/format-size.ts";
import type { Manifest } from "../../../provider/manifest/manifest.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { publishArchive } from "../../../provider/publication/index.ts";
import { BUILD_FOLDER, makeLog, md5, PUBLISHER, sha256 } from "../../tools/publication-fixtures.ts";
import { configurationWith, makePipeline } from "../../tools/small-pipeline.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import { startTestCluster } from "../../tools/test-cluster.ts";
import type { TestCluster } from "../../tools/test-cluster.ts";
import type { RunYtcodeOptions } from "../../tools/run-ytcode.ts";
import { inspected, runInspect } from "./run-inspect.ts";

const ARCHIVE = `${BUILD_FOLDER}/source.tar.gz`;

/** A pipeline whose parts cannot all be told by their names. */
const PIPELINE = {
  "configs/config.yaml": configurationWith("upload_paths: [{source: lib, target: deep/lib}]"),
  "lib/words.txt": "one\ntwo\n",
};

interface Uploaded {
  readonly cluster: TestCluster;
  readonly pipelineDirectory: string;
  readonly manifest: Manifest;
  /** The archive's own bytes. */
  readonly bytes: Buffer;
  readonly options: RunYtcodeOptions;
}

async function upload(t: TestContext, token?: string): Promise<Uploaded> {
  const cluster = await startTestCluster(t, token);
  const pipelineDirectory = await makePipeline(t, PIPELINE);
  const manifest = await readManifest({ pipelineDirectory });
  const built = await buildArchive(manifest);
  const wrappers = manifest.parts.find(({ kind }) => kind === "wrappers")?.files ?? [];
  await publishArchive({
    client: cluster.client,
    buildFolder: BUILD_FOLDER,
    archiveSet: {
      digest: manifest.digest,
      archiveFile: built.file,
      sha256: built.sha256,
      md5: built.md5,
      sizeBytes: built.sizeBytes,
      wrappers: wrappers.map((file) => {
        const content = file.content.type === "text" ? file.content.text : "";
        return { name: file.path, content: Buffer.from(content), sha256: file.sha256 };
      }),
      parts: Object.fromEntries(manifest.parts.map(({ key, digest }) => [key, digest])),
    },
    publisher: PUBLISHER,
    log: makeLog().log,
  });
  const options = await optionsFor(t, cluster);
  return { cluster, pipelineDirectory, manifest, bytes: await readFile(built.file), options };
}

function unpackedSize({ parts }: Manifest): string {
  return formatSize(parts.reduce((sum, part) => sum + part.sizeBytes, 0));
}

/** `"4.1 KiB unpacked, 8 files"`. */
function contents(manifest: Manifest): string {
  const count = manifest.parts.flatMap((part) => part.files).length;
  return `${unpackedSize(manifest)} unpacked, ${count} files`;
}

/** The environment of a user with a home of their own, without a token in it. */
async function optionsFor(t: TestContext, { url }: TestCluster): Promise<RunYtcodeOptions> {
  const home = await makeTree(t, { "tmp/": "" });
  return {
    cwd: home,
    env: { YT_PROXY: url, YT_TOKEN: "", HOME: home, TMPDIR: path.join(home, "tmp") },
  };
}

test("ytcode inspect shows who published an archive, and that it is what was published", async (t) => {
  const { manifest, cluster, bytes, options } = await upload(t);
  const versionFolder = `${BUILD_FOLDER}/versions/${manifest.digest}`;
  const places = [
    [BUILD_FOLDER, ARCHIVE],
    [ARCHIVE, ARCHIVE],
    [versionFolder, `${versionFolder}/source.tar.gz`],
  ] as const;
  for (const [given, found] of places) {
    const lines = (await inspected([given], options)).split("\n");
    assert.deepEqual(
      lines.slice(0, 7).map((line) => line.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, "TIME")),
      [
        `${found} on ${cluster.url}`,
        `  size       ${formatSize(bytes.length)} packed, ${contents(manifest)} in 4 parts`,
        `  digest     ${manifest.digest}`,
        `  sha256     ${sha256(bytes)}`,
        "  runs       run (map)",
        '  published  TIME by resource "daily" of project "sales", stack "dev", version 0.1.0',
        "  verified   content and attributes agree",
      ],
    );
    assert.ok(lines.some((line) => line.startsWith("deep/lib ")));
    assert.ok(lines.includes("0644         8 B  deep/lib/words.txt"));
  }
  // Node's own cache of compiled sources is all that there may be.
  const left = await readdir(options.env?.["TMPDIR"] ?? "");
  assert.deepEqual(
    left.filter((name) => name !== "node-compile-cache"),
    [],
  );
});

test("ytcode inspect --json tells what was recorded", async (t) => {
  const { manifest, cluster, bytes, options } = await upload(t);
  const promotedFrom = { proxy: "other", build_folder: "//home/dev", sha256: sha256(bytes) };
  await cluster.raw.set(`${ARCHIVE}/@ytcode_promoted_from`, promotedFrom);
  const document: unknown = JSON.parse(await inspected([ARCHIVE, "--json"], options));
  assert.partialDeepStrictEqual(document, {
    place: { type: "node", path: ARCHIVE, proxy: cluster.url },
    digest: manifest.digest,
    partsFrom: "attributes",
    packed: { format: "gzip", sizeBytes: bytes.length, sha256: sha256(bytes), md5: md5(bytes) },
    publication: {
      resource: "daily",
      project: "sales",
      stack: "dev",
      toolVersion: "0.1.0",
      promotedFrom: { proxy: "other", buildFolder: "//home/dev", sha256: sha256(bytes) },
      recorded: { digest: manifest.digest, sha256: sha256(bytes), sizeBytes: bytes.length },
    },
    verified: true,
    disagreements: [],
    parts: manifest.parts.map(({ key, digest }) => ({ key, digest, recordedDigest: digest })),
  });
  assert.match(
    await inspected([ARCHIVE], options),
    /\n {2}promoted {3}from \/\/home\/dev on other\n/,
  );
});

test("ytcode inspect says how an archive is not what was published", async (t) => {
  const { cluster, manifest, bytes, options } = await upload(t);
  const tar = gunzipSync(bytes);
  const at = tar.indexOf("one\ntwo\n");
  tar.write("ONE\n", at);
  const altered = gzipSync(tar);
  await cluster.raw.write(ARCHIVE, altered);
  const document: { disagreements: readonly string[] } = JSON.parse(
    await inspected([ARCHIVE, "--json"], options),
  );
  const lib = manifest.parts.find(({ key }) => key === "deep/lib");
  const [first, second, third, fourth, fifth, ...more] = document.disagreements;
  assert.equal(first, `Its SHA-256 is ${sha256(altered)}, recorded is ${sha256(bytes)}`);
  assert.equal(second, `Its MD5 is ${md5(altered)}, recorded is ${md5(bytes)}`);
  assert.equal(third, `Its size in bytes is ${altered.length}, recorded is ${bytes.length}`);
  assert.match(fourth ?? "", new RegExp(`^Its digest is .*, recorded is ${manifest.digest}$`));
  const recorded = lib?.digest.slice(0, 12);
  assert.match(
    fifth ?? "",
    new RegExp(`^The digest of part "deep/lib" is .{12}, recorded is ${recorded}$`),
  );
  assert.deepEqual(more, []);
  const shown = await inspected([ARCHIVE], options);
  assert.match(shown, /\n {2}verified {3}no: content and attributes do not agree\n/);
  assert.match(shown, /\n5 warnings\n {2}! Its SHA-256 is /);

  // The version is untouched, and tells what was altered.
  const version = `${BUILD_FOLDER}/versions/${manifest.digest}`;
  const difference = await inspected([version, "--diff", ARCHIVE, "--patch"], options);
  assert.equal(
    difference,
    `diff --git a/deep/lib/words.txt b/deep/lib/words.txt
--- a/deep/lib/words.txt
+++ b/deep/lib/words.txt
@@ -1,2 +1,2 @@
-one
+ONE
 two
`,
  );
});

test("ytcode inspect says of a foreign archive that this tool did not publish it", async (t) => {
  const { cluster, bytes, options } = await upload(t);
  await cluster.raw.create("file", "//home/foreign.tgz");
  await cluster.raw.write("//home/foreign.tgz", bytes);
  const shown = await inspected(["//home/foreign.tgz"], options);
  assert.match(shown, /\n {2}published {2}\S+Z not by this tool\n/);
  assert.doesNotMatch(shown, /verified/);
  const document: unknown = JSON.parse(await inspected(["//home/foreign.tgz", "--json"], options));
  assert.partialDeepStrictEqual(document, { publication: null, verified: null });
});

test("ytcode inspect --diff compares what is uploaded with what would be packed now", async (t) => {
  const { pipelineDirectory, manifest, options } = await upload(t);
  const same = await inspected([BUILD_FOLDER, "--diff", pipelineDirectory], options);
  const [unpacked, files] = contents(manifest).split(", ");
  assert.ok(same.endsWith(`\n\nNo difference: ${files}, ${unpacked}\n`), same);
  await writeFile(path.join(pipelineDirectory, "stages/run/src/mapper.py"), "print('other')\n");
  const now = await readManifest({ pipelineDirectory });
  const lines = (await inspected([BUILD_FOLDER, "--diff", pipelineDirectory], options)).split("\n");
  assert.match(lines[0] ?? "", new RegExp(`^from .* digest ${manifest.digest.slice(0, 12)} `));
  assert.match(
    lines[1] ?? "",
    new RegExp(`^to .* digest ${now.digest.slice(0, 12)} {2}as it would be packed now$`),
  );
  assert.deepEqual(lines.slice(2), [
    "",
    "stages/run",
    "  ~ stages/run/src/mapper.py  13 B to 15 B (+2 B)",
    "",
    `1 difference: 1 changed; unpacked ${[manifest, now].map(unpackedSize).join(" to ")} (+2 B)`,
    "",
  ]);
});

test("ytcode inspect reads an uploaded archive in one go, and changes nothing", async (t) => {
  const { cluster, options } = await upload(t);
  cluster.cluster.clearRequests();
  await inspected([BUILD_FOLDER], options);
  const commands = cluster.cluster.requests.map(({ command }) => command);
  assert.equal(commands.filter((command) => command === "read_file").length, 1);
  const changing = ["set", "create", "remove", "copy", "move", "write_file"];
  assert.deepEqual(
    commands.filter((command) => changing.includes(command)),
    [],
  );
});

test("ytcode inspect goes on when the connection breaks", async (t) => {
  const { cluster, options, bytes } = await upload(t);
  cluster.cluster.inject({
    command: "read_file",
    action: { type: "truncate", afterBytes: 300 },
  });
  assert.match(await inspected([ARCHIVE], options), new RegExp(`sha256 +${sha256(bytes)}\n`));
});

test("ytcode inspect says in one message why it cannot read what is on a cluster", async (t) => {
  const { cluster, options } = await upload(t);
  await cluster.raw.create("table", "//home/table");
  await cluster.raw.create("map_node", "//home/odd/source.tar.gz");
  await cluster.raw.create("file", "//home/text");
  await cluster.raw.write("//home/text", "no archive\n");
  await cluster.raw.create("file", "//home/nothing");
  const on = `on cluster "${cluster.url}"`;
  const cases: readonly (readonly [string, string])[] = [
    ["//home/gone", `Cannot inspect "//home/gone" ${on} as there is no such node`],
    [
      "//home/table",
      `Cannot inspect "//home/table" ${on} as it is a node of type "table": name a file, or a build folder`,
    ],
    ["//home", `Cannot inspect "//home" ${on} as there is no "source.tar.gz" in it`],
    [
      "//home/odd",
      `Cannot inspect "//home/odd/source.tar.gz" ${on} as it is a node of type "map_node", no file`,
    ],
    ["//home/text", `Cannot read "//home/text on ${cluster.url}" as it is no tar archive`],
    ["//home/nothing", `Cannot read "//home/nothing on ${cluster.url}" as it is empty`],
    [
      "//home/x/",
      `Cannot use "//home/x/" as an archive's place: it ends with a slash: write "//home/x"`,
    ],
  ];
  for (const [given, message] of cases) {
    const { status, stdout, stderr } = await runInspect([given], options);
    assert.deepEqual([status, stdout, stderr], [1, "", `ytcode: ${message}\n`]);
  }
});

test("a file on a cluster that is no archive is not read on", async (t) => {
  const { cluster } = await upload(t);
  await cluster.raw.create("file", "//home/large");
  // More than is under way at any time.
  await cluster.raw.write("//home/large", randomBytes(5_000_000));
  const opening = openArchiveNode("//home/large", { proxy: cluster.url, directory: "." });
  await assert.rejects(opening, { name: "UserError", message: /as it is no tar archive$/ });
  assert.deepEqual(await cluster.raw.list("//sys/transactions"), []);
});

test("ytcode inspect wants a cluster, and takes --proxy before YT_PROXY", async (t) => {
  const { cluster, options } = await upload(t);
  const nowhere = { ...options, env: { ...options.env, YT_PROXY: "" } };
  const { status, stderr } = await runInspect([BUILD_FOLDER], nowhere);
  assert.equal(status, 1);
  assert.equal(
    stderr,
    `ytcode: Cannot inspect "${BUILD_FOLDER}" as no cluster is named: give --proxy, or set YT_PROXY ` +
      '("local" is the cluster inside this project; the settings of stacks are not read here)\n',
  );
  const wrong = { ...options, env: { ...options.env, YT_PROXY: "not an address" } };
  assert.match(await inspected([BUILD_FOLDER, "--proxy", cluster.url], wrong), /verified/);
});

test("ytcode inspect warns once of a token that goes in plain text to another machine", async (t) => {
  const home = await makeTree(t);
  // No resolver knows such a name, nor needs to ask for it: its label is too long.
  const proxy = `${"x".repeat(64)}.example.net`;
  const env = { HOME: home, YT_PROXY: proxy, YT_TOKEN: "the-secret-token" };
  const { status, stderr } = await runInspect([BUILD_FOLDER], { cwd: home, env });
  const [warning, error = "", ...more] = stderr.split("\n");
  assert.equal(
    warning,
    `Warning: the token for cluster "${proxy}" goes to http://${proxy} in plain text, for all on the way to read: ` +
      'if the cluster speaks TLS, write its address with "https://" in front',
  );
  assert.match(error, /^ytcode: Cannot .*: there is no host of the name x+\.example\.net /);
  assert.deepEqual([status, more], [1, [""]]);
});

test("ytcode inspect takes the token from YT_TOKEN or a file, and never shows it", async (t) => {
  const token = "the-secret-token";
  const { cluster, options } = await upload(t, token);
  const { HOME: home = "" } = options.env ?? {};
  const withToken = (more: Readonly<Record<string, string>>): RunYtcodeOptions => ({
    ...options,
    env: { ...options.env, ...more },
  });
  const advice =
    "set YT_TOKEN, or write it to ~/.yt/token; a stack's secret yt:token cannot be read by this command\n";
  const without = await runInspect([BUILD_FOLDER], options);
  assert.equal(without.status, 1);
  assert.match(
    without.stderr,
    /^ytcode: Cannot inspect ".*" on cluster ".*": the cluster wants a token \(/,
  );
  assert.ok(without.stderr.endsWith(advice), without.stderr);
  const refused = await runInspect([BUILD_FOLDER], withToken({ YT_TOKEN: "another-token" }));
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /: the token is refused \(/);
  assert.ok(refused.stderr.endsWith(advice), refused.stderr);
  assert.doesNotMatch(refused.stderr, /another-token/);

  assert.match(await inspected([BUILD_FOLDER], withToken({ YT_TOKEN: token })), /verified/);
  await writeFile(path.join(home, "token"), `${token}\n`);
  const named = withToken({ YT_TOKEN_PATH: path.join(home, "token") });
  const shown = await inspected([BUILD_FOLDER, "--json"], named);
  assert.doesNotMatch(shown, new RegExp(token));
  const { mkdir } = await import("node:fs/promises");
  await mkdir(path.join(home, ".yt"));
  await writeFile(path.join(home, ".yt/token"), `${token}\n`);
  assert.match(await inspected([BUILD_FOLDER], options), /verified/);
  const gone = await runInspect([BUILD_FOLDER], withToken({ YT_TOKEN_PATH: "/gone/token" }));
  assert.equal(gone.stderr, 'ytcode: Cannot read the token from "/gone/token": ENOENT\n');
  const folder = await runInspect([BUILD_FOLDER], withToken({ YT_TOKEN_PATH: home }));
  assert.equal(folder.stderr, `ytcode: Cannot read the token from "${home}": it is a directory\n`);
  const broken = await runInspect([BUILD_FOLDER], withToken({ YT_TOKEN: "the\ntoken" }));
  assert.equal(
    broken.stderr,
    `ytcode: Cannot ask cluster "${cluster.url}": the token has a character that no token has ` +
      "(at position 4): check YT_TOKEN\n",
  );
  assert.equal(
    cluster.cluster.requests.some(({ command }) => command === "read_file"),
    true,
  );
});

test("ytcode inspect --proxy local asks the cluster inside the project, and makes none", async (t) => {
  const folder = await makeTree(t);
  const project = await makeTree(t, {
    "Pulumi.yaml": "name: x\nruntime: nodejs\n",
    "deep/er/": "",
  });
  const cwd = path.join(project, "deep/er");
  const none = await runInspect(["//home/x", "--proxy", "local"], { cwd });
  assert.deepEqual(
    [none.status, none.stderr],
    [
      1,
      `ytcode: Cannot inspect "//home/x" as there is no local cluster in "${project}" yet: ` +
        'a stack with yt:proxy "local" makes one when it is brought up\n',
    ],
  );
  assert.deepEqual(await readdir(project), ["Pulumi.yaml", "deep"]);
  const { startLocalCluster } = await import("../../../local-cluster/index.ts");
  const cluster = await startLocalCluster({ dataDirectory: path.join(project, ".local-cluster") });
  const { rawCluster } = await import("../../tools/raw-cluster.ts");
  const raw = rawCluster(cluster.url);
  await raw.create("file", "//home/x/source.tar.gz");
  await raw.write("//home/x/source.tar.gz", gzipSync(Buffer.alloc(1024)));
  await cluster.close();
  const shown = await inspected(["//home/x", "--proxy", "local"], { cwd });
  assert.match(shown, /^\/\/home\/x\/source\.tar\.gz on local\n/);
  const outside = await runInspect(["//home/x", "--proxy", "local"], { cwd: folder });
  assert.match(outside.stderr, /^ytcode: Cannot find a project: there is no Pulumi\.yaml in /);
});
