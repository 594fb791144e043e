/** How the steps of a run follow each other, fail and stop. */
import assert from "node:assert/strict";
import test from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { DeploymentEvent } from "../../../engine/deploy/events.ts";
import { Journal } from "../../../engine/deploy/journal.ts";
import { Run, RunStopped } from "../../../engine/deploy/run.ts";
import type { Step } from "../../../engine/deploy/step.ts";

function makeRun(parallel: number): { readonly run: Run; readonly events: DeploymentEvent[] } {
  const events: DeploymentEvent[] = [];
  const before = { resources: [], pendingOperations: [] };
  const run = new Run({
    identity: { project: "shop", stack: "dev" },
    preview: false,
    before,
    journal: new Journal(before, async () => undefined),
    providerOf: () => assert.fail("there is no provider"),
    listener: (event) => events.push(event),
    parallel,
  });
  return { run, events };
}

function step(name: string): Step {
  const urn = `urn:pulumi:dev::shop::test:index:Thing::${name}`;
  return { operation: "create", urn, before: undefined, after: undefined };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await nextTurn();
  }
}

test("perform() takes no more steps at a time than the run allows", async () => {
  const { run } = makeRun(2);
  const begun: string[] = [];
  const gate = Promise.withResolvers<void>();
  const steps = ["a", "b", "c"].map((name) =>
    run.perform(step(name), async () => {
      begun.push(name);
      await gate.promise;
    }),
  );
  await settle();
  assert.deepEqual(begun, ["a", "b"]);
  gate.resolve();
  await Promise.all(steps);
  assert.deepEqual(begun, ["a", "b", "c"]);
  assert.deepEqual([...run.counts], [["create", 3]]);
});

test("perform() takes no step that waits when the run is stopped meanwhile", async () => {
  const { run, events } = makeRun(1);
  const gate = Promise.withResolvers<void>();
  const first = run.perform(step("a"), () => gate.promise);
  const second = run.perform(step("b"), () => assert.fail("it must not begin"));
  run.cancel();
  gate.resolve();
  await first;
  await assert.rejects(second, RunStopped);
  assert.deepEqual(
    events.map(({ type }) => type),
    ["step-started", "step-finished"],
  );
});

test("perform() reports what a step throws, once, and stops the run", async () => {
  const { run, events } = makeRun(1);
  const failing = run.perform(step("a"), () => Promise.reject(new Error("disk is full")));
  const waiting = run.perform(step("b"), () => assert.fail("it must not begin"));
  await assert.rejects(failing, RunStopped);
  await assert.rejects(waiting, RunStopped);
  assert.deepEqual(events, [
    { type: "step-started", step: step("a") },
    { type: "diagnostic", severity: "error", message: "disk is full", urn: step("a").urn },
    { type: "step-failed", step: step("a") },
  ]);
  assert.deepEqual([run.failed, run.stopped, run.cancelled], [true, true, false]);
});
