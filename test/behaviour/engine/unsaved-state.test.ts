/** A state that cannot be saved in the middle of an operation: what was done is named, kept, and taken up again. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { after, before, describe, it } from "node:test";
import { Fixture, PATIENT } from "./fixture.ts";

describe("A state that cannot be saved", PATIENT, () => {
  let fixture: Fixture;

  before(async () => {
    fixture = await Fixture.create({
      "stacks/Pulumi.dev.yaml": "config:\n  fixture:token: t0p-plain\n",
    });
  });
  after(() => fixture.remove());

  it("is kept with what was created, which the next operation knows", async () => {
    await fixture.program(`new Thing("a", { label: "1" });`);
    const first = await fixture.run("up");
    assert.deepEqual(
      first.result.diagnostics.map(({ severity, message }) => [severity, message.slice(0, 43)]),
      [["warning", '"fixture:token" stands in plain text in the']],
    );
    assert.ok(!first.text.includes("t0p-plain"));
    await fixture.program(`
const a = new Thing("a", { label: "1" });
const b = new Thing("b", { label: "2" }, { dependsOn: a });
new Thing("c", { label: "3" }, { dependsOn: b });`);
    await fixture.faults({ b: "hang" });
    const stacks = join(fixture.directory, ".pulumi/stacks/fixture");
    const running = fixture.run("up");
    while (!existsSync(join(fixture.directory, "hanging.pid"))) {
      await setTimeout(10);
    }
    // As a disk that fails under it: nothing can be written there any more.
    await rename(stacks, `${stacks}-away`);
    await writeFile(stacks, "");
    await fixture.write({ "go-on": "" });
    const failed = await running;
    await rm(stacks);
    await rename(`${stacks}-away`, stacks);
    assert.equal(failed.result.succeeded, false);
    const messages = failed.result.diagnostics.map(({ message }) => message).join("\n");
    assert.match(
      messages,
      /what was done since is kept in ".+", which the next operation reads: created "b" \(id "b-[\d-]+"\): make room, then run up/,
    );
    assert.equal(await fixture.resource("b"), undefined, "the saved state is as it was");
    await fixture.faults({});
    await fixture.calls();
    const again = await fixture.run("up");
    assert.match(again.errorText, /^Reading the state that could not be saved before: "/);
    assert.deepEqual(again.result.changes, { same: 3, create: 1 });
    const created = (await fixture.calls()).filter((call) => call.startsWith("create"));
    assert.deepEqual(created, ["create c"], "b is not created a second time");
    assert.equal((await fixture.run("preview")).errorText, "");
    assert.equal((await fixture.state()).pending_operations, undefined);
  });
});
