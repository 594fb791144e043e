/** `ytcode stack …` and `ytcode cancel`, run as a user runs them, on the files that the Pulumi CLI would use. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { runYtcode } from "../../tools/run-ytcode.ts";
import { terminalLauncher } from "../../tools/terminal.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import type { Finished } from "../../ytjobs/run-python.ts";

const CHECKPOINT = ".pulumi/stacks/infra/dev.json";

async function makeProject(t: TestContext) {
  const root = await makeTree(t, { "Pulumi.yaml": "name: infra\nruntime: nodejs\n", "home/": "" });
  const ytcode = (...args: readonly string[]): Promise<Finished> =>
    runYtcode(args, {
      cwd: root,
      env: { YTCODE_ENGINE: "embedded", PULUMI_HOME: path.join(root, "home") },
    });
  const printed = async (...args: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await ytcode(...args);
    assert.deepEqual([status, stderr], [0, ""], args.join(" "));
    return stdout;
  };
  return { root, ytcode, printed };
}

test("stack ls lists the others beside a stack whose state is cut off, and says which file it is", async (t) => {
  const { root, ytcode, printed } = await makeProject(t);
  await printed("stack", "init", "dev");
  await printed("stack", "init", "prod");
  await writeFile(path.join(root, CHECKPOINT), '{"version": 3, "checkp');
  const { status, stdout, stderr } = await ytcode("stack", "ls");
  assert.equal(status, 1);
  assert.match(stdout, /^dev +unreadable *$/m);
  assert.match(stdout, /^prod\* +\d{4}-/m);
  assert.ok(stderr.includes(CHECKPOINT), stderr);
  const { stdout: json } = await ytcode("stack", "ls", "--json");
  assert.partialDeepStrictEqual(JSON.parse(json), [
    { name: "dev" },
    { name: "prod", resourceCount: 0 },
  ]);
});

test("stacks are made, listed, selected, moved and removed", async (t) => {
  const { root, ytcode, printed } = await makeProject(t);
  assert.equal(
    await printed("stack", "init", "dev"),
    'Created stack "dev"; its settings are in Pulumi.dev.yaml\n',
  );
  assert.equal((await stat(path.join(root, CHECKPOINT))).mode & 0o777, 0o600);
  await printed("stack", "init", "organization/infra/prod", "--no-select");
  const again = await ytcode("stack", "init", "dev");
  assert.match(again.stderr, /^ytcode: Cannot make stack "dev" as there is one: /);

  await t.test("ls marks the selected one", async () => {
    await writeFile(path.join(root, "Pulumi.idle.yaml"), "config: {}\n");
    const lines = (await printed("stack", "ls")).split("\n").map((line) => line.trimEnd());
    assert.match(lines[1] ?? "", /^dev\* +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC +0$/);
    assert.match(lines[2] ?? "", /^idle +never$/);
    await printed("stack", "select", "prod");
    const listed: unknown = JSON.parse(await printed("stack", "ls", "--json"));
    assert.partialDeepStrictEqual(listed, [
      { name: "dev", current: false, resourceCount: 0 },
      { name: "idle", current: false },
      { name: "prod", current: true },
    ]);
    const made = await printed("stack", "select", "--create", "made");
    assert.match(made, /^Created stack "made"/);
    assert.equal(await printed("stack", "select", "-cs", "made"), "");
    assert.equal(
      await printed("--color=never", "stack", "rm", "-y"),
      'Stack "made" has been removed\n',
    );
    const unnamed = await ytcode("stack", "select");
    assert.match(unnamed.stderr, /^error: missing required argument 'name'/);
    const missing = await ytcode("stack", "select", "nope");
    assert.match(
      missing.stderr,
      /^ytcode: Cannot find stack "nope" .*: the stacks are dev, idle, prod/,
    );
  });

  await t.test("what is exported can be imported, and nothing else", async () => {
    await printed("stack", "export", "--stack", "dev", "--file", "state.json");
    const text = await readFile(path.join(root, "state.json"), "utf8");
    assert.equal(JSON.parse(text).version, 3);
    assert.equal(
      await printed("stack", "import", "-s", "dev", "--file", "state.json"),
      "Import complete.\n",
    );
    // As PowerShell's ">" writes it.
    await writeFile(path.join(root, "state.json"), `\uFEFF${text}`);
    assert.equal(
      await printed("stack", "import", "-s", "dev", "--file", "state.json"),
      "Import complete.\n",
    );
    const before = await readFile(path.join(root, CHECKPOINT), "utf8");
    const urn = "urn:pulumi:other::infra::pulumi:pulumi:Stack::infra-other";
    const resources = [{ urn, type: "pulumi:pulumi:Stack", custom: false }];
    for (const [content, message] of [
      ["{", "it is no exported state of version 3"],
      [
        JSON.stringify({ version: 3, deployment: { resources } }),
        `it holds "${urn}" of another stack`,
      ],
    ] as const) {
      await writeFile(path.join(root, "bad.json"), content);
      const { status, stderr } = await ytcode("stack", "import", "-s", "dev", "--file", "bad.json");
      assert.equal(status, 1);
      assert.ok(stderr.includes(message), stderr);
    }
    assert.equal(await readFile(path.join(root, CHECKPOINT), "utf8"), before);
  });

  await t.test("rm asks, and takes the settings file along unless it is told not to", async () => {
    const asked = await ytcode("stack", "rm", "prod");
    assert.match(
      asked.stderr,
      /^ytcode: Cannot ask whether this is meant as there is no terminal: say it with --yes/,
    );
    const before = await readdir(root, { recursive: true });
    const env = { YTCODE_ENGINE: "embedded", PULUMI_HOME: path.join(root, "home"), CI: "" };
    const typed = ["sh", "-c", 'printf "no\\n" | exec "$@"', "sh", ...(await terminalLauncher())];
    const declined = await runYtcode(["stack", "rm", "prod"], { cwd: root, env, launcher: typed });
    assert.equal(declined.status, 1, declined.stderr);
    assert.match(declined.stdout, /confirmation declined, nothing was done/);
    assert.deepEqual(await readdir(root, { recursive: true }), before);
    await printed("stack", "rm", "prod", "--yes");
    await printed("stack", "rm", "dev", "--yes", "--preserve-config");
    assert.deepEqual(
      (await readdir(root)).filter((name) => name.startsWith("Pulumi.")),
      ["Pulumi.dev.yaml", "Pulumi.idle.yaml", "Pulumi.yaml"],
    );
    assert.deepEqual(await readdir(path.join(root, ".pulumi/stacks/infra")), []);
  });
});

test("what the file system refuses is said, and nothing is half done", async (t) => {
  const { root, ytcode } = await makeProject(t);
  await writeFile(path.join(root, ".pulumi"), "");
  const refused = await ytcode("stack", "init", "dev");
  assert.match(refused.stderr, /^ytcode: Cannot make stack "dev": .*\n$/);
  assert.deepEqual((await readdir(root)).toSorted(), [".pulumi", "Pulumi.yaml", "home"]);
  await rm(path.join(root, ".pulumi"));
  await writeFile(path.join(root, "home/workspaces"), "");
  const made = await ytcode("stack", "init", "dev");
  assert.match(made.stdout, /^Created stack "dev"/);
  assert.match(made.stderr, /^ytcode: Cannot keep which stack is selected, .*\n$/);
  await mkdir(path.join(root, ".pulumi/locks/organization/infra/dev/a.json"), { recursive: true });
  const locked = await ytcode("cancel", "dev", "--yes");
  assert.match(locked.stderr, /^ytcode: Cannot .*\n$/);
});

test("history tells what was done, and cancel removes a lock", async (t) => {
  const { root, printed } = await makeProject(t);
  await printed("stack", "init", "dev");
  assert.equal(await printed("stack", "history"), "nothing was done yet\n");
  const history = path.join(root, ".pulumi/history/infra/dev");
  await mkdir(history, { recursive: true });
  await writeFile(
    path.join(history, "dev-1795745841811524303.history.json"),
    JSON.stringify({
      kind: "update",
      startTime: 1_795_745_836,
      endTime: 1_795_745_841,
      message: "first",
      result: "succeeded",
      resourceChanges: { create: 2, same: 1 },
    }),
  );
  const [, line = ""] = (await printed("stack", "history")).split("\n");
  assert.match(line, /^2026-11-27 02:17:16 UTC +update +succeeded +2 create, 1 same +first$/);
  assert.partialDeepStrictEqual(JSON.parse(await printed("stack", "history", "--json")), [
    { kind: "update", startTime: "2026-11-27T02:17:16.000Z", message: "first" },
  ]);

  const locks = path.join(root, ".pulumi/locks/organization/infra/dev");
  await mkdir(locks, { recursive: true });
  const holder = {
    pid: 1,
    username: "me",
    hostname: "elsewhere",
    timestamp: "2026-01-02T03:04:05Z",
  };
  await writeFile(path.join(locks, "a.json"), JSON.stringify(holder));
  assert.equal(
    await printed("cancel", "dev", "--yes"),
    "Removed the lock of me@elsewhere (pid 1) since 2026-01-02T03:04:05Z\n",
  );
  assert.equal(await printed("cancel", "--yes"), 'Stack "dev" was not locked\n');
});

test("a command that names no stack works on PULUMI_STACK, else on the selected one, else on dev", async (t) => {
  const { root, ytcode, printed } = await makeProject(t);
  assert.match((await ytcode("outputs")).stderr, /Cannot find stack "dev"/);
  await printed("stack", "init", "prod");
  await printed("config", "set", "size", "1");
  assert.match(await readFile(path.join(root, "Pulumi.prod.yaml"), "utf8"), /infra:size: ["']?1/);
  const named = await runYtcode(["outputs"], {
    cwd: root,
    env: { YTCODE_ENGINE: "embedded", PULUMI_HOME: path.join(root, "home"), PULUMI_STACK: "other" },
  });
  assert.match(named.stderr, /Cannot find stack "other"/);
});
