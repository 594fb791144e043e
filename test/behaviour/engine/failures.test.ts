/** What the engine does when a program or a provider fails, and what it refuses. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Fixture, PATIENT, stepsOf } from "./fixture.ts";
import type { Outcome } from "./fixture.ts";

/** The messages of an outcome: severity, resource, text. */
function messages({ result }: Outcome): readonly (readonly [string, string, string])[] {
  return result.diagnostics.map(({ severity, urn, message }) => [
    severity,
    urn.split("::").at(-1) ?? "",
    message,
  ]);
}

/** In an order that does not depend on which of two things was quicker. */
function sorted<T>(list: readonly T[]): readonly T[] {
  return list.toSorted((left, right) => (String(left) < String(right) ? -1 : 1));
}

describe("Failures", PATIENT, () => {
  let fixture: Fixture;

  before(async () => {
    fixture = await Fixture.create();
  });
  after(() => fixture.remove());

  it("a failed creation stops what depends on it, keeps what succeeded, and the next up continues", async () => {
    await fixture.program(`
const fine = new Thing("fine", { label: "f" });
const bad = new Thing("bad", { label: fine.object });
new Thing("dependent", { label: bad.object });
`);
    await fixture.faults({ bad: "create" });
    const failed = await fixture.run("up");
    assert.equal(failed.result.succeeded, false);
    assert.deepEqual(messages(failed), [["error", "bad", "Cannot create bad: disk is full"]]);
    assert.match(failed.text, /bad +\*\*creating failed\*\* +1 error$/m);
    const { resources = [], pending_operations: pending } = await fixture.state();
    assert.ok(resources.some(({ urn }) => urn.endsWith("::fine")));
    assert.ok(!resources.some(({ urn }) => /::(?:bad|dependent)$/.test(urn)));
    assert.equal(pending, undefined);
    await fixture.faults({});
    const repaired = await fixture.run("up");
    assert.deepEqual(stepsOf(repaired), ["same fine", "create bad", "create dependent"]);
  });

  it("a creation that half succeeded is kept and finished by the next up", async () => {
    await fixture.program(`new Thing("half", { label: "h" });`);
    await fixture.faults({ half: "partial" });
    const failed = await fixture.run("up");
    assert.deepEqual(messages(failed), [["error", "half", "not ready yet"]]);
    const stored = await fixture.resource("half");
    assert.deepEqual(stored?.initErrors, ["not ready yet"]);
    assert.match(stored?.id ?? "", /^half-/);
    await fixture.faults({});
    const repaired = await fixture.run("up");
    assert.ok(stepsOf(repaired).includes("update half"));
    assert.equal((await fixture.resource("half"))?.initErrors, undefined);
  });

  it("check failures are all told, each with its resource and property, and nothing is changed", async () => {
    const stateBefore = await fixture.read(".pulumi/stacks/fixture/dev.json");
    await fixture.program(`
new Thing("one", { label: "", size: -1 });
new Thing("two", { label: "" });
new Thing("three", { label: "fine" });
`);
    const failed = await fixture.run("preview");
    assert.equal(failed.result.succeeded, false);
    const type = "pulumi-nodejs:dynamic/test:Thing resource";
    assert.deepEqual(sorted(messages(failed)), [
      ["error", "one", `${type} "one": property "label": Label must not be empty`],
      ["error", "one", `${type} "one": property "size": Size cannot be negative: size is -1`],
      ["error", "two", `${type} "two": property "label": Label must not be empty`],
    ]);
    assert.match(failed.text, /three +create$/m);
    assert.equal(await fixture.read(".pulumi/stacks/fixture/dev.json"), stateBefore);
  });

  it("a program that throws is told in its own words, with its own frames only", async () => {
    await fixture.program(`throw new Error("the program blew up");`);
    const failed = await fixture.run("preview");
    assert.equal(failed.result.succeeded, false);
    const [[severity, resource, text] = []] = messages(failed);
    assert.deepEqual([severity, resource], ["error", "fixture-dev"]);
    assert.match(
      text ?? "",
      /failed with an unhandled exception:\nError: the program blew up\n +at file:.*index\.ts:3:7$/,
    );
    assert.equal(messages(failed).length, 1);
  });

  it("a program that throws deletes nothing", async () => {
    await fixture.program(`new Thing("half", { label: "h" });`);
    await fixture.run("up");
    await fixture.program(`throw new Error("too early");`);
    const failed = await fixture.run("up");
    assert.equal(failed.result.succeeded, false);
    assert.notEqual(await fixture.resource("half"), undefined);
  });

  it("an error that the program only logs does not fail it", async () => {
    await fixture.program(
      `pulumi.log.error("only said"); pulumi.log.warn("and warned"); console.log("printed");`,
    );
    const logged = await fixture.run("preview");
    assert.equal(logged.result.succeeded, true);
    assert.deepEqual(sorted(messages(logged)), [
      ["error", "fixture-dev", "only said"],
      ["info", "fixture-dev", "printed"],
      ["warning", "fixture-dev", "and warned"],
    ]);
  });

  it("a provider that throws in diff is told on its resource", async () => {
    await fixture.program(`new Thing("half", { label: "other" });`);
    await fixture.faults({ half: "diff" });
    const failed = await fixture.run("preview");
    assert.deepEqual(
      messages(failed).filter(([severity]) => severity === "error"),
      [["error", "half", "Cannot diff half"]],
    );
    await fixture.faults({});
  });

  it("an error of the provider is its own, also where its code is one of gRPC's", async () => {
    await fixture.program(`new Thing("coded", { label: "c" });`);
    await fixture.run("up");
    await fixture.program("");
    await fixture.faults({ coded: "code" });
    const failed = await fixture.run("up");
    assert.deepEqual(
      messages(failed).filter(([severity]) => severity === "error"),
      [["error", "coded", "Cannot delete coded"]],
    );
    assert.equal((await fixture.state()).pending_operations, undefined);
    await fixture.faults({});
  });

  it("a preview tells all mistakes, also of a program that computes between two resources", async () => {
    await fixture.calls();
    await fixture.program(`
import { readFileSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
new Thing("one", { label: "" });
while (!readFileSync("calls.log", "utf8").includes("check one")) await nextTurn();
const end = performance.now() + 1000;
while (performance.now() < end);
// Were it asked to end meanwhile, it would now.
for (let turn = 0; turn < 5; turn += 1) await nextTurn();
new Thing("two", { label: "" });
`);
    const failed = await fixture.run("preview");
    assert.deepEqual(
      messages(failed).map(([severity, name]) => [severity, name]),
      [
        ["error", "one"],
        ["error", "two"],
      ],
    );
  });

  it("two resources of one name are refused", async () => {
    await fixture.program(`new Thing("twin", { label: "1" }); new Thing("twin", { label: "2" });`);
    const failed = await fixture.run("preview");
    assert.deepEqual(messages(failed), [
      [
        "error",
        "twin",
        'Cannot register resource "urn:pulumi:dev::fixture::pulumi-nodejs:dynamic/test:Thing::twin" twice: give one of the two another name',
      ],
    ]);
  });

  it("a resource of a provider plugin is refused by name", async () => {
    await fixture.program(`new pulumi.CustomResource("aws:s3/bucket:Bucket", "store", {});`);
    const failed = await fixture.run("preview");
    assert.deepEqual(messages(failed), [
      [
        "error",
        "fixture-dev",
        'Cannot manage resource "store" of type "aws:s3/bucket:Bucket": the embedded engine runs only dynamic resources ("pulumi-nodejs:…"), install the Pulumi CLI for others',
      ],
    ]);
  });

  it("an asset is refused by name", async () => {
    await fixture.program(
      `new Thing("file", { label: "x", content: new pulumi.asset.StringAsset("text") });`,
    );
    const failed = await fixture.run("preview");
    assert.equal(failed.result.succeeded, false);
    assert.deepEqual(messages(failed), [
      [
        "error",
        "fixture-dev",
        'Cannot use an asset or an archive as property "content" of resource "file": the embedded engine does not support them, install the Pulumi CLI or give the file\'s path as a string',
      ],
    ]);
  });

  it("an option that the engine does not know is refused by name", async () => {
    await fixture.program(`new Thing("taken", { label: "x" }, { import: "some-id" });`);
    const failed = await fixture.run("preview");
    assert.deepEqual(messages(failed), [
      [
        "error",
        "fixture-dev",
        'Cannot register resource "taken" (pulumi-nodejs:dynamic/test:Thing): the embedded engine does not support the option "import", install the Pulumi CLI for it',
      ],
    ]);
  });

  it("a function of a provider is refused by name", async () => {
    await fixture.program(`await pulumi.runtime.invoke("aws:index/getRegion:getRegion", {});`);
    const failed = await fixture.run("preview");
    assert.equal(failed.result.succeeded, false);
    assert.ok(
      messages(failed).some(
        ([, , text]) =>
          text ===
          'Cannot call function "aws:index/getRegion:getRegion": the embedded engine calls no provider functions, install the Pulumi CLI for it',
      ),
    );
  });

  it("a program whose entry point is missing is told", async () => {
    await fixture.write({
      "Pulumi.yaml":
        "name: fixture\nruntime: { name: nodejs, options: { typescript: false } }\nmain: absent.ts\nstackConfigDir: stacks\n",
    });
    await assert.rejects(fixture.run("preview"), {
      name: "UserError",
      message:
        `Cannot use the project file "${fixture.directory}/Pulumi.yaml", line 3: "main" leads to ` +
        `"${fixture.directory}/absent.ts", which is not there`,
    });
  });
});
