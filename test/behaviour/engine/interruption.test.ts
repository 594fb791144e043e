/** What remains true when an operation is stopped or its processes are killed. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { after, before, describe, it } from "node:test";
import { processSpace } from "../../../common/files/process-identity.ts";
import { Fixture, PATIENT } from "./fixture.ts";

describe("Interruption", PATIENT, () => {
  let fixture: Fixture;

  /** Waits until the provider hangs in the middle of something. */
  const hanging = async (): Promise<number> => {
    const path = join(fixture.directory, "hanging.pid");
    while (!existsSync(path)) {
      await setTimeout(10);
    }
    // The file appears empty before it is written.
    for (;;) {
      const pid = Number(await fixture.read("hanging.pid"));
      if (pid > 0) {
        await rm(path);
        return pid;
      }
    }
  };
  const lockDirectory = (): string =>
    join(fixture.directory, ".pulumi/locks/organization/fixture/dev");

  before(async () => {
    fixture = await Fixture.create();
  });
  after(() => fixture.remove());

  it("a killed provider is a clear error, what is saved is true, and the next up continues", async () => {
    await fixture.program(`
const first = new Thing("first", { label: "1" });
const second = new Thing("second", { label: first.object });
`);
    await fixture.faults({ second: "hang" });
    const running = fixture.run("up");
    process.kill(await hanging(), "SIGKILL");
    const failed = await running;
    assert.equal(failed.result.succeeded, false);
    assert.deepEqual(
      failed.result.diagnostics.map(({ message }) => message),
      [
        'The provider\'s process ended while creating "second": it was ended by SIGKILL, run the same command again',
      ],
    );
    const { resources = [], pending_operations: pending = [] } = await fixture.state();
    assert.ok(resources.some(({ urn }) => urn.endsWith("::first")));
    assert.deepEqual(
      pending.map(({ type, resource }) => [type, resource.urn.split("::").at(-1)]),
      [["creating", "second"]],
    );
    await fixture.faults({});
    const repaired = await fixture.run("up");
    assert.equal(repaired.result.succeeded, true);
    assert.deepEqual(repaired.result.changes, { create: 1, same: 2 });
    assert.match(
      repaired.text,
      /warning: The last operation was interrupted while 1 resource was being changed, and it is not known whether that was done:\n +\* urn:pulumi:dev::fixture::pulumi-nodejs:dynamic\/test:Thing::second, interrupted while creating\n/,
    );
    // Whether the first try left an object is for a person to find out.
    const kept = await fixture.state();
    assert.deepEqual(
      kept.pending_operations?.map(({ type }) => type),
      ["creating"],
    );
    const path = ".pulumi/stacks/fixture/dev.json";
    const file = JSON.parse(await fixture.read(path));
    delete file.checkpoint.latest.pending_operations;
    await fixture.write({ [path]: JSON.stringify(file) });
  });

  it("the operation that is under way is in the state before it ends", async () => {
    await fixture.program(
      `new Thing("first", { label: "2" }); new Thing("second", { label: "s" });`,
    );
    await fixture.faults({ first: "hang" });
    const running = fixture.run("up", { parallel: 1 });
    await hanging();
    const { pending_operations: pending = [] } = await fixture.state();
    assert.deepEqual(
      pending.map(({ type, resource }) => [type, resource.urn.split("::").at(-1)]),
      [["updating", "first"]],
    );
    await fixture.write({ "go-on": "" });
    assert.equal((await running).result.succeeded, true);
    await rm(join(fixture.directory, "go-on"));
    assert.equal((await fixture.state()).pending_operations, undefined);
  });

  it("a first request to stop lets the step under way end and begins no other", async () => {
    await fixture.program(`
const first = new Thing("first", { label: "3" });
new Thing("third", { label: first.object });
new Thing("second", { label: "s" });
`);
    const controller = new AbortController();
    const running = fixture.run("up", { signal: controller.signal });
    await hanging();
    controller.abort();
    await fixture.write({ "go-on": "" });
    const stopped = await running;
    await rm(join(fixture.directory, "go-on"));
    assert.equal(stopped.result.cancelled, true);
    assert.equal(stopped.result.succeeded, false);
    assert.equal((await fixture.resource("first"))?.inputs?.["label"], "3");
    assert.equal(await fixture.resource("third"), undefined);
    assert.equal((await fixture.state()).pending_operations, undefined);
    assert.match(
      stopped.text,
      /error: The operation was stopped before it was done; what was done is saved/,
    );
  });

  it("a second request stops at once and remembers what was under way", async () => {
    await fixture.program(
      `new Thing("first", { label: "4" }); new Thing("second", { label: "s" });`,
    );
    const graceful = new AbortController();
    const forced = new AbortController();
    const running = fixture.run("up", { signal: graceful.signal, forceSignal: forced.signal });
    await hanging();
    graceful.abort();
    forced.abort();
    const stopped = await running;
    assert.equal(stopped.result.cancelled, true);
    assert.deepEqual(
      stopped.result.diagnostics.map(({ message }) => message),
      [
        'The operation was killed in the middle of: update "first"; it is not known whether that was done, ' +
          "what was done before is saved, run the same command again",
      ],
    );
    const { pending_operations: pending = [] } = await fixture.state();
    assert.deepEqual(
      pending.map(({ type, resource }) => [type, resource.urn.split("::").at(-1)]),
      [["updating", "first"]],
    );
    assert.deepEqual(await readdir(lockDirectory()), []);
  });

  it("the next up completes an update that was interrupted", async () => {
    await fixture.faults({});
    const repaired = await fixture.run("up");
    assert.deepEqual(repaired.result.changes, { same: 2, update: 1 });
    assert.equal((await fixture.state()).pending_operations, undefined);
  });

  it("a second operation on a locked stack is refused, and told who holds it", async () => {
    await fixture.faults({ first: "hang" });
    await fixture.program(
      `new Thing("first", { label: "5" }); new Thing("second", { label: "s" });`,
    );
    const running = fixture.run("up");
    await hanging();
    const [lock = ""] = await readdir(lockDirectory());
    const holder: Record<string, unknown> = JSON.parse(
      await fixture.read(`.pulumi/locks/organization/fixture/dev/${lock}`),
    );
    await assert.rejects(fixture.run("destroy"), {
      name: "UserError",
      message:
        `Cannot change stack "dev": it is locked, held by ${String(holder["username"])}@${hostname()} (pid ${process.pid}) since ${String(holder["timestamp"])}: ` +
        'wait for that to end, or run "ytcode cancel --stack dev" when it is gone',
    });
    const preview = await fixture.run("preview");
    assert.equal(preview.result.succeeded, true, "a preview changes nothing and needs no lock");
    await fixture.write({ "go-on": "" });
    assert.equal((await running).result.succeeded, true);
    await fixture.faults({});
  });

  it("a preview stops when it is asked to, and when it is killed", async () => {
    await fixture.program(`
import { writeFileSync } from "node:fs";
writeFileSync("started", "");
await new Promise((resolve) => setTimeout(resolve, 2 ** 31 - 1));
`);
    for (const ask of ["signal", "forceSignal"] as const) {
      const asked = new AbortController();
      const running = fixture.run("preview", { [ask]: asked.signal });
      const started = join(fixture.directory, "started");
      while (!existsSync(started)) {
        await setTimeout(10);
      }
      await rm(started);
      asked.abort();
      const { result } = await running;
      assert.deepEqual([result.succeeded, result.cancelled], [false, true], ask);
    }
    await fixture.program(`
new Thing("first", { label: "5" });
new Thing("second", { label: "s" });
`);
  });

  it("the lock of a process that has ended is removed, and said so", async () => {
    const dead = {
      pid: 2 ** 30,
      username: "someone",
      hostname: hostname(),
      timestamp: "2026-01-02T03:04:05Z",
      started: "some time",
      space: processSpace(),
    };
    await fixture.write({
      ".pulumi/locks/organization/fixture/dev/dead.json": JSON.stringify(dead),
    });
    const { result, errorText } = await fixture.run("up");
    assert.equal(result.succeeded, true);
    // On a busy machine it may say after that what it waits for.
    assert.equal(
      errorText.split("\n")[0],
      `Removed the lock of process ${dead.pid}, which took it at 2026-01-02T03:04:05Z and has ended`,
    );
    assert.deepEqual(await readdir(lockDirectory()), []);
  });

  it("the lock of another machine is respected", async () => {
    const foreign = {
      pid: 1,
      username: "else",
      hostname: "elsewhere",
      timestamp: "2026-01-02T03:04:05Z",
    };
    const path = ".pulumi/locks/organization/fixture/dev/foreign.json";
    await fixture.write({ [path]: JSON.stringify(foreign) });
    await assert.rejects(fixture.run("refresh"), /held by else@elsewhere \(pid 1\)/);
    await rm(join(fixture.directory, path));
  });

  it("no process outlives an operation", async () => {
    const { result } = await fixture.run("destroy");
    assert.equal(result.succeeded, true);
    assert.deepEqual(await readdir(join(fixture.directory, "objects")), []);
  });
});
