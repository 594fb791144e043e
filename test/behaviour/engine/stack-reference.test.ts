/** A program that reads another stack's outputs. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Fixture, PATIENT } from "./fixture.ts";
import type { Outcome } from "./fixture.ts";

/** A program that is the source in stack "dev" and takes from it in every other. */
const consumer = (name: string): string =>
  `
if (pulumi.getStack() === "dev") {
  const a = new Thing("a", { label: "from-dev" });
  module_exports.label = a.label;
  module_exports.hidden = pulumi.secret("a-hidden-value");
} else {
  const dev = new pulumi.StackReference("${name}");
  new Thing("copy", { label: dev.requireOutput("label"), secret: dev.getOutput("hidden") });
  module_exports.got = dev.requireOutput("label");
  module_exports.hidden = dev.requireOutput("hidden");
  module_exports.absent = dev.getOutput("absent").apply((value) => value ?? "nothing");
}
export default module_exports;
`.replace("\n", "\nconst module_exports: Record<string, unknown> = {};\n");

describe("StackReference", PATIENT, () => {
  let fixture: Fixture;
  let taken: Outcome;
  let again: Outcome;
  let moved: Outcome;

  before(async () => {
    fixture = await Fixture.create({ "stacks/Pulumi.prod.yaml": "config: {}\n" });
    await fixture.program(consumer("organization/fixture/dev"));
    await fixture.run("up");
    taken = await fixture.run("up", { stack: "prod" });
    again = await fixture.run("up", { stack: "prod" });
    await fixture.program(consumer("organization/fixture/dev").replace("from-dev", "changed"));
    await fixture.run("up");
    moved = await fixture.run("preview", { stack: "prod" });
  });
  after(() => fixture.remove());

  it("reads another stack's outputs", async () => {
    assert.equal(taken.result.succeeded, true);
    assert.deepEqual(taken.result.outputs, {
      absent: "nothing",
      got: "from-dev",
      hidden: "[secret]",
    });
    assert.equal((await fixture.resource("copy", "prod"))?.inputs?.["label"], "from-dev");
  });

  it("keeps secret what is secret there", async () => {
    const text = await fixture.read(".pulumi/stacks/fixture/prod.json");
    assert.ok(!text.includes("a-hidden-value"));
    assert.ok(!taken.text.includes("a-hidden-value"));
  });

  it("is stored as something read, not managed", async () => {
    const reference = await fixture.resource("organization/fixture/dev", "prod");
    assert.equal(reference?.external, true);
    assert.match(reference?.provider ?? "", /::pulumi:providers:pulumi::default::/);
  });

  it("is no change when nothing has changed there", () => {
    assert.deepEqual(again.result.changes, { read: 1, same: 2 });
  });

  it("shows in the preview what has changed there", () => {
    assert.match(moved.text, /copy +update +\[diff: ~label\]$/m);
  });

  it("is renewed by a refresh", async () => {
    const refreshed = await fixture.run("refresh", { stack: "prod" });
    assert.equal(refreshed.result.changes["update"], 1);
    const reference = await fixture.resource("organization/fixture/dev", "prod");
    assert.match(JSON.stringify(reference?.outputs?.["outputs"]), /"label":"changed"/);
  });

  it("may have a name that the update will make", async () => {
    await fixture.program(`
const stack = new Thing("new", { label: "dev" });
export const got = new pulumi.StackReference("late", { name: stack.label }).getOutput("label");`);
    const preview = await fixture.run("preview", { stack: "prod" });
    assert.equal(preview.result.succeeded, true, preview.text);
  });

  it("takes the name of a stack of the same project", async () => {
    await fixture.program(consumer("dev"));
    const preview = await fixture.run("preview", { stack: "prod" });
    assert.equal(preview.result.succeeded, true);
  });

  it("to a stack that is not there is an error that says what to do", async () => {
    await fixture.program(consumer("organization/fixture/absent"));
    const failed = await fixture.run("preview", { stack: "prod" });
    assert.deepEqual(
      failed.result.diagnostics.map(({ message }) => message),
      [
        'Cannot read stack "organization/fixture/absent" from stack "prod": it has no state yet, run up with --stack absent first',
      ],
    );
  });

  it("to a missing output is the program's error", async () => {
    await fixture.program(
      consumer("dev").replace('requireOutput("label")', 'requireOutput("nope")'),
    );
    const failed = await fixture.run("preview", { stack: "prod" });
    assert.equal(failed.result.succeeded, false);
    assert.match(failed.text, /Required output 'nope' does not exist on stack 'dev'\./);
  });
});
