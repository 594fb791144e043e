/** The stack commands as a user runs them: on the embedded engine, and through a Pulumi CLI. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Fixture } from "../../behaviour/engine/fixture.ts";
import { terminalLauncher } from "../../tools/terminal.ts";
import { runProgram } from "../../ytjobs/run-python.ts";

const main = fileURLToPath(new URL("../../../cli/main.ts", import.meta.url));

/** Runs `ytcode`, without a terminal, in a project. */
function ytcode(
  directory: string,
  argv: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...argv], {
      cwd: directory,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, stdout, stderr }));
  });
}

describe("ytcode's stack commands on the embedded engine", () => {
  let fixture: Fixture;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    fixture = await Fixture.create();
    environment = fixture.environment({ YTCODE_ENGINE: "embedded" });
    await fixture.program(`
const a = new Thing("a", { label: "x" });
export const label = a.label;
export const hidden = pulumi.secret("a-hidden-value");
`);
  });
  after(() => fixture.remove());

  const run = (...argv: string[]) => ytcode(fixture.directory, argv, environment);

  it("up asks nothing without a terminal", async () => {
    const { status, stdout, stderr } = await run("up");
    assert.equal(stderr, "");
    assert.equal(status, 0);
    assert.match(stdout, /^Previewing update \(dev\):\n[^]*\nUpdating \(dev\):\n/);
  });

  it("up does nothing when its preview fails, also with --yes", async () => {
    const source = await fixture.read("index.ts");
    await fixture.program(
      `new Thing("first", { label: "x" }); new Thing("second", { label: "" });`,
    );
    const { status, stdout } = await run("up", "--yes");
    assert.equal(status, 1);
    assert.match(stdout, /Label must not be empty/);
    assert.doesNotMatch(stdout, /Updating/);
    assert.equal(await fixture.resource("first"), undefined);
    await fixture.write({ "index.ts": source });
  });

  it("up goes on when nobody reads what it prints", async () => {
    const child = spawn(process.execPath, [main, "up"], {
      cwd: fixture.directory,
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.stdout.destroy();
    const status = await new Promise((resolve) => child.once("close", resolve));
    assert.equal(status, 0);
  });

  it("up finishes what is under way when it is interrupted, and saves it", async () => {
    const source = await fixture.read("index.ts");
    await fixture.program(`new Thing("a", { label: "y" });`);
    await fixture.faults({ a: "hang" });
    const child = spawn(process.execPath, [main, "up"], {
      cwd: fixture.directory,
      env: environment,
      stdio: ["ignore", "ignore", "pipe"],
    });
    after(() => child.kill("SIGKILL"));
    const ended = once(child, "close");
    const hanging = join(fixture.directory, "hanging.pid");
    while (!existsSync(hanging) && child.exitCode === null) {
      await delay(10);
    }
    child.kill("SIGINT");
    let stderr = "";
    for await (const chunk of child.stderr.setEncoding("utf8")) {
      stderr += chunk;
      await fixture.write({ "go-on": "" });
    }
    assert.equal(stderr, "Stopping: what is under way is finished first; press again to kill it\n");
    assert.deepEqual(await ended, [1, null]);
    assert.equal((await fixture.resource("a"))?.inputs?.["label"], "y");
    assert.equal((await fixture.state()).pending_operations, undefined);
    await fixture.faults({});
    await fixture.write({ "index.ts": source });
    assert.equal((await run("up")).status, 0);
  });

  it("up goes on when its output cannot be written, and says so in the end", async (t) => {
    if (!existsSync("/dev/full")) {
      t.skip("NOT RUN: there is no /dev/full on this machine");
      return;
    }
    const source = await fixture.read("index.ts");
    await fixture.program(`new Thing("a", { label: "unseen" });`);
    await using full = await open("/dev/full", "w");
    const child = spawn(process.execPath, [main, "up"], {
      cwd: fixture.directory,
      env: environment,
      stdio: ["ignore", full.fd, "pipe"],
    });
    after(() => child.kill("SIGKILL"));
    assert.ok(child.stderr);
    const errors = text(child.stderr);
    assert.deepEqual(await once(child, "close"), [1, null]);
    assert.equal(await errors, "ytcode: Cannot write to standard output: the disk is full\n");
    assert.equal((await fixture.resource("a"))?.inputs?.["label"], "unseen");
    await fixture.write({ "index.ts": source });
    assert.equal((await run("up")).status, 0);
  });

  it("up asks nobody in CI, on a terminal either", async () => {
    const [program, ...rest] = await terminalLauncher();
    assert.ok(program !== undefined);
    const { status, stdout } = await runProgram(program, [...rest, process.execPath, main, "up"], {
      cwd: fixture.directory,
      env: { ...environment, CI: "true" },
    });
    assert.equal(status, 0);
    assert.match(stdout, /Updating \(dev\):/);
    assert.doesNotMatch(stdout, /yes\/no/);
  });

  it("take Pulumi's short options, and the stack's qualified name", async () => {
    const { status, stdout, stderr } = await run("up", "-fys", "organization/fixture/dev");
    assert.equal(stderr, "");
    assert.equal(status, 0);
    assert.match(stdout, /^Updating \(dev\):\n/);
    const refreshed = await run("refresh", "-y", "--skip-preview", "--stack=organization/dev");
    assert.match(refreshed.stdout, /^Refreshing \(dev\):\n/);
    const outputs = await run("outputs", "-js", "organization/fixture/dev");
    assert.deepEqual(JSON.parse(outputs.stdout), { hidden: "[secret]", label: "x" });
  });

  it("find the project that --cwd names, from where the user is", async () => {
    const name = basename(fixture.directory);
    const { status, stdout } = await ytcode(dirname(fixture.directory), ["up", "-C", name], {
      ...environment,
      npm_lifecycle_event: undefined,
    });
    assert.equal(status, 0);
    assert.match(stdout, new RegExp(` preview --cwd ${name} {2}`));
  });

  it("refuse another project's stack by name", async () => {
    const { status, stderr } = await run("preview", "-s", "organization/other/dev");
    assert.equal(status, 1);
    assert.equal(
      stderr,
      'ytcode: Cannot use stack "organization/other/dev": it is of project "other", and this is project "fixture", change to the folder of that one\n',
    );
  });

  it("outputs prints them, masked, as text and as JSON", async () => {
    assert.equal((await run("outputs")).stdout, "hidden  [secret]\nlabel   x\n");
    const { stdout } = await run("outputs", "--json", "--show-secrets");
    assert.deepEqual(JSON.parse(stdout), { hidden: "a-hidden-value", label: "x" });
  });

  it("preview of a program that throws ends with status 1 and no second message", async () => {
    const source = await fixture.read("index.ts");
    await fixture.program(`throw new Error("boom");`);
    const { status, stdout, stderr } = await run("preview");
    assert.equal(status, 1);
    assert.match(stdout, /Error: boom/);
    assert.equal(stderr, "");
    await fixture.write({ "index.ts": source });
  });

  it("a stack that is not there is one message and status 1", async () => {
    const { status, stdout, stderr } = await run("up", "--stack", "absent");
    assert.equal(status, 1);
    assert.equal(stdout, "");
    assert.match(
      stderr,
      /^ytcode: Cannot find stack "absent" of project "fixture": the stacks are dev, /,
    );
  });

  it("destroy --remove removes the state too, and keeps the settings", async () => {
    const { status } = await run("destroy", "--remove");
    assert.equal(status, 0);
    assert.equal(existsSync(join(fixture.directory, ".pulumi/stacks/fixture/dev.json")), false);
    assert.equal(existsSync(join(fixture.directory, "stacks/Pulumi.dev.yaml")), true);
  });
});

describe("ytcode's stack commands where there is a Pulumi CLI", () => {
  let fixture: Fixture;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    fixture = await Fixture.create();
    // Not the real one: it says how it was called, knows no stacks but "known" and "other", and fails when told to.
    await fixture.write({
      "bin/pulumi": [
        "#!/bin/sh",
        'case "$*" in *"known --show-name"*) exit 0;; *--show-name*) exit 1;; esac',
        `if [ "$*" = "stack ls --json --non-interactive" ]; then echo '[{"name":"known"},{"name":"other"}]'; exit; fi`,
        'case "$*" in "stack export"*) echo "${EXPORTED-}"; exit;; esac',
        'case "$*" in *--save-plan*) for file; do [ "$before" = --save-plan ] && echo "$PLAN" > "$file"; before=$file; done; exit;; esac',
        'if [ "${PRINTED-}" ]; then echo "$*"; printenv "$PRINTED"; exit; fi',
        'echo "$* | $PULUMI_BACKEND_URL | ${PULUMI_CONFIG_PASSPHRASE-unset} | $PWD"',
        'exit "${STATUS-0}"',
        "",
      ].join("\n"),
    });
    await chmod(join(fixture.directory, "bin/pulumi"), 0o755);
    const path = [
      join(fixture.directory, "bin"),
      dirname(process.execPath),
      "/usr/bin",
      "/bin",
    ].join(":");
    // Whoever runs the tests may be logged in somewhere.
    const nobody = join(fixture.directory, "nobody");
    environment = fixture.environment({ PATH: path, PULUMI_HOME: nobody });
    delete environment["YTCODE_ENGINE"];
  });
  after(() => fixture.remove());

  it("pass through to it, in the project, with its own state and the empty passphrase", async () => {
    const { stdout, status } = await ytcode(
      fixture.directory,
      ["up", "--stack", "known", "--diff"],
      environment,
    );
    const { directory } = fixture;
    assert.equal(
      stdout,
      `up --stack known --non-interactive --yes --diff | file://${directory} |  | ${directory}\n`,
    );
    assert.equal(status, 0);
  });

  it("name the stack to it that they work on, where no stack is selected", async () => {
    for (const command of ["stack history", "stack rm --yes", "stack import", "cancel --yes"]) {
      const { stdout } = await ytcode(fixture.directory, command.split(" "), environment);
      assert.equal(stdout.split(" | ")[0], `${command} --stack dev`);
      const named = [...command.split(" "), "--stack", "known"];
      const { stdout: other } = await ytcode(fixture.directory, named, environment);
      assert.equal(other.split(" | ")[0], `${command} --stack known`);
    }
  });

  it("tell the provider of --diff, which the CLI does not, unless the user has decided", async () => {
    const printing = { ...environment, PRINTED: "YTCODE_DIFF" };
    for (const [args, set, told] of [
      [["--diff"], {}, "true"],
      [["--diff"], { YTCODE_DIFF: "false" }, "false"],
      [[], {}, ""],
    ] as const) {
      const called = ["preview", "--stack", "known", ...args];
      const { stdout } = await ytcode(fixture.directory, called, { ...printing, ...set });
      assert.equal(stdout.split("\n").slice(1).join(""), told);
    }
  });

  it("refuse an up that would store a first secret when nobody has set a passphrase", async () => {
    const { PULUMI_CONFIG_PASSPHRASE: _, ...without } = environment;
    const secret = '{"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}';
    const up = (variables: NodeJS.ProcessEnv, PLAN: string) =>
      ytcode(fixture.directory, ["up", "-s", "known"], { ...without, ...variables, PLAN });
    await fixture.write({
      "stacks/Pulumi.known.yaml": "encryptionsalt: v1:of-the-empty-passphrase\n",
    });
    const refused = await up({}, secret);
    assert.equal(refused.stdout, "");
    assert.match(
      refused.stderr,
      /Cannot encrypt the secrets of stack "known": set PULUMI_CONFIG_PASSPHRASE or /,
    );
    assert.equal(refused.status, 1);
    for (const [variables, plan] of [
      [{}, "{}"],
      [{ PULUMI_CONFIG_PASSPHRASE: "" }, secret],
      [{ PULUMI_CONFIG_PASSPHRASE_FILE: "passphrase.txt" }, secret],
      [{ EXPORTED: secret }, secret],
    ] as const) {
      assert.equal((await up(variables, plan)).status, 0, JSON.stringify(variables));
    }
    // A stack of Pulumi Cloud has no salt.
    await fixture.write({ "stacks/Pulumi.known.yaml": "config: {}\n" });
    assert.equal((await up({}, secret)).status, 0);
  });

  it("leave it to the user under which passphrase a secret is set", async () => {
    const { PULUMI_CONFIG_PASSPHRASE: _, ...without } = environment;
    const passphraseOf = async (...args: readonly string[]): Promise<string | undefined> => {
      const called = ["config", "set", "key", "value", "--stack", "known", ...args];
      return (await ytcode(fixture.directory, called, without)).stdout.split(" | ").at(2);
    };
    assert.equal(await passphraseOf("--secret"), "unset");
    assert.equal(await passphraseOf(), "");
  });

  it("pass Pulumi's own options on, and keep it from proxies to this machine", async () => {
    const { stdout } = await ytcode(
      fixture.directory,
      ["destroy", "-f", "-s", "organization/fixture/known"],
      { ...environment, no_proxy: ".corp", PRINTED: "no_grpc_proxy" },
    );
    assert.equal(
      stdout,
      "destroy --stack organization/fixture/known --non-interactive --yes --skip-preview\n.corp,127.0.0.1,localhost\n",
    );
  });

  it("make a stack that is missing where it has settings", async () => {
    await fixture.write({ "stacks/Pulumi.fresh.yaml": "config: {}\n" });
    const { stdout } = await ytcode(
      fixture.directory,
      ["preview", "--stack", "fresh"],
      environment,
    );
    const commands = stdout.split("\n").map((line) => line.split(" | ")[0]);
    assert.deepEqual(commands, [
      "stack init fresh --no-select --non-interactive",
      "preview --stack fresh --non-interactive",
      "",
    ]);
  });

  it("refuse a stack that is missing and has no settings, and make none", async () => {
    for (const command of ["preview", "up", "refresh", "destroy"]) {
      const { status, stdout, stderr } = await ytcode(
        fixture.directory,
        [command, "--stack", "knwon"],
        environment,
      );
      assert.equal(status, 1);
      assert.equal(stdout, "");
      assert.equal(
        stderr,
        'ytcode: Cannot find stack "knwon" of project "fixture": the stacks are dev, fresh, known, other, ' +
          `write "${join(fixture.directory, "stacks/Pulumi.knwon.yaml")}" to add one\n`,
      );
    }
    const { status, stderr } = await ytcode(
      fixture.directory,
      ["outputs", "--stack", "dev"],
      environment,
    );
    assert.equal(status, 1);
    assert.match(
      stderr,
      /"dev" of project "fixture": the stacks are known, other, run up first\n$/,
    );
  });

  it("take an empty PULUMI_BACKEND_URL for none, and PULUMI_STACK and -C before the command for what they say", async () => {
    const { stdout } = await ytcode(
      dirname(fixture.directory),
      ["-C", fixture.directory, "preview"],
      {
        ...environment,
        PULUMI_BACKEND_URL: "",
        PULUMI_STACK: "known",
      },
    );
    const { directory } = fixture;
    assert.equal(
      stdout,
      `preview --stack known --non-interactive | file://${directory} |  | ${directory}\n`,
    );
  });

  it("pass its exit status on", async () => {
    const { status, stderr } = await ytcode(fixture.directory, ["refresh", "--stack", "known"], {
      ...environment,
      STATUS: "7",
    });
    assert.equal(status, 7);
    assert.equal(stderr, "");
  });

  it("leave the user's backend and passphrase alone", async () => {
    const { stdout } = await ytcode(fixture.directory, ["outputs", "--stack", "known", "--json"], {
      ...environment,
      PULUMI_BACKEND_URL: "s3://bucket",
      PULUMI_CONFIG_PASSPHRASE: "own",
    });
    assert.equal(
      stdout,
      `stack output --stack known --non-interactive --json | s3://bucket | own | ${fixture.directory}\n`,
    );
  });

  it("leave a backend alone that the user is logged in to", async () => {
    await fixture.write({
      "home/credentials.json": JSON.stringify({ current: "https://api.example.com" }),
    });
    const { stdout } = await ytcode(fixture.directory, ["outputs", "--stack", "known", "--json"], {
      ...environment,
      PULUMI_HOME: join(fixture.directory, "home"),
    });
    assert.equal(
      stdout,
      `stack output --stack known --non-interactive --json |  |  | ${fixture.directory}\n`,
    );
  });

  it("take the embedded engine when YTCODE_ENGINE says so", async () => {
    const { stdout } = await ytcode(fixture.directory, ["preview"], {
      ...environment,
      YTCODE_ENGINE: "embedded",
    });
    assert.match(stdout, /^Previewing update \(dev\):\n/);
  });
});
