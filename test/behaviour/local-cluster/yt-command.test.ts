/** YTsaurus's own command line `yt`, unmodified, against the local cluster: what a user types and sees. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import test from "node:test";
import { startTestCluster } from "../../tools/local-cluster.ts";
import { pythonEnvironment } from "../../tools/paths.ts";

const YT = path.join(pythonEnvironment, "bin/yt");

/** `yt` for a cluster: gives what it prints, or fails with the error's first line. */
type Yt = (args: readonly string[], input?: string) => Promise<string>;

function ytFor(url: string): Yt {
  return async (args, input = "") => {
    const child = spawn(YT, args, {
      env: {
        PATH: process.env["PATH"] ?? "",
        PYTHONDONTWRITEBYTECODE: "1",
        PYTHONUTF8: "1",
        YT_PROXY: new URL(url).host,
        YT_TOKEN: "any",
        YT_CONFIG_PATCHES: "{proxy={retries={count=1}}}",
      },
    });
    // A command that reads no input may be gone before it is written.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    const [output, errors] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit"),
    ]);
    if (child.exitCode !== 0) {
      throw new Error(errors.split("\n").slice(0, 2).join("\n"));
    }
    return output;
  };
}

test("yt lists, finds, copies, moves, links and removes", async (t) => {
  const yt = ytFor((await startTestCluster(t)).url);
  await yt(["create", "map_node", "//tmp/a/b", "-r"]);
  await yt(["write-file", "//tmp/a/f"], "hello\n");
  await yt(["copy", "//tmp/a/f", "//tmp/a/g"]);
  await yt(["move", "//tmp/a/g", "//tmp/a/b/h"]);
  await yt(["link", "//tmp/a/b/h", "//tmp/a/l"]);
  assert.equal(await yt(["list", "//tmp/a"]), "b\nf\nl\n");
  // Sizes are what the account pays for: three replicas.
  const long =
    /^ +map_node +tmp +0.0B \S+ \S+ b\n +file +tmp +18.0B \S+ \S+ f\n +link .* l -> \/\/tmp\/a\/b\/h\n$/;
  assert.match(await yt(["list", "-l", "//tmp/a"]), long);
  assert.equal(
    await yt(["find", "//tmp/a"]),
    "//tmp/a\n//tmp/a/b\n//tmp/a/b/h\n//tmp/a/f\n//tmp/a/l\n",
  );
  assert.equal(await yt(["find", "//tmp/a", "--type", "file"]), "//tmp/a/b/h\n//tmp/a/f\n");
  assert.match(
    await yt(["find", "//tmp/a", "--name", "f", "-l"]),
    /^ +file .* 18.0B .*\/\/tmp\/a\/f\n$/,
  );
  assert.equal(await yt(["read-file", "//tmp/a/l"]), "hello\n");
  assert.equal(await yt(["exists", "//tmp/a/g"]), "false\n");
  await yt(["remove", "-r", "//tmp/a"]);
  assert.equal(await yt(["exists", "//tmp/a"]), "false\n");
});

test("yt writes and reads files, values and attributes", async (t) => {
  const yt = ytFor((await startTestCluster(t)).url);
  await yt(["upload", "//tmp/f"], "one ");
  await yt(["write-file", "--compute-md5", "//tmp/g"], "two");
  assert.equal(await yt(["get", "//tmp/g/@md5"]), '"b8a9f715dbb64fd5c56e7783c6820a61"\n');
  await yt(["concatenate", "--src", "//tmp/f", "--src", "//tmp/g", "--dst", "//tmp/fg"]);
  assert.equal(await yt(["download", "//tmp/fg"]), "one two");
  await yt(["set", "//tmp/s", '{a=1;b="text"}']);
  assert.equal(await yt(["get", "//tmp/s", "--format", "json"]), '{"a":1,"b":"text"}\n');
  const pretty = '{\n    "a" = 1;\n    "b" = "text";\n}\n';
  assert.equal(await yt(["get", "--format", "<format=pretty>yson", "//tmp/s"]), pretty);
  await yt(["set-attribute", "//tmp/f", "color", '"red"']);
  assert.equal(await yt(["get", "//tmp/f/@color"]), '"red"\n');
  await yt(["remove-attribute", "//tmp/f", "color"]);
  assert.equal(await yt(["exists", "//tmp/f/@color"]), "false\n");
  assert.match(await yt(["check-permission", "root", "write", "//tmp/f"]), /"action" = "allow"/);
  const batch = await yt([
    "execute-batch",
    '{command=get;parameters={path="//tmp/@type"}}',
    '{command=get;parameters={path="//tmp/none"}}',
  ]);
  assert.match(batch, /"value" = "map_node"[^]*"code" = 500/);
  await assert.rejects(yt(["get", "//tmp/none"]), /Error resolving path \/\/tmp\/none/);
  const notEmulated = /"read_table" is not emulated by the local cluster/;
  await yt(["create", "table", "//tmp/t"]);
  await assert.rejects(yt(["read-table", "//tmp/t", "--format", "json"]), notEmulated);
});

test("yt works in transactions and takes locks", async (t) => {
  const yt = ytFor((await startTestCluster(t)).url);
  await yt(["create", "file", "//tmp/f"]);
  const id = (await yt(["start-tx", "--timeout", "600000"])).trim();
  await yt(["lock", "//tmp/f", "--tx", id, "--mode", "exclusive"]);
  await yt(["create", "file", "//tmp/inside", "--tx", id]);
  assert.equal(await yt(["exists", "//tmp/inside"]), "false\n");
  await assert.rejects(
    yt(["remove", "//tmp/f"]),
    /Cannot take "exclusive" lock for node \/\/tmp\/f since "exclusive" lock is taken by/,
  );
  await yt(["unlock", "//tmp/f", "--tx", id]);
  await yt(["ping-tx", id]);
  await yt(["remove", "//tmp/f"]);
  await yt(["commit-tx", id]);
  assert.equal(await yt(["exists", "//tmp/inside"]), "true\n");
  await assert.rejects(yt(["ping-tx", id]), /No such transaction/);
  const other = (await yt(["start-tx"])).trim();
  await yt(["create", "file", "//tmp/never", "--tx", other]);
  await yt(["abort-tx", other]);
  assert.equal(await yt(["exists", "//tmp/never"]), "false\n");
  const locked = ["run-command-with-lock", "//tmp/lock", "echo", "inside"];
  assert.match(await yt(locked), /^inside$/m);
});
