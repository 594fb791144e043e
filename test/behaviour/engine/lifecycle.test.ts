/** A stack from its first preview to its destruction. */
import assert from "node:assert/strict";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { readStackOutputs } from "../../../engine/index.ts";
import { Fixture, PATIENT, stepsOf } from "./fixture.ts";
import type { Outcome, StoredResource } from "./fixture.ts";

const first = `
const declare = () => new Thing("a", { label: "one", parts: "parts.json" });
const a = declare();
export const object = a.object;
export const label = a.label;
`;

describe("The life of a stack", PATIENT, () => {
  let fixture: Fixture;
  let preview: Outcome;
  let created: Outcome;
  let createdState: StoredResource | undefined;
  let same: Outcome;
  let sameCalls: readonly string[];
  let changedPreview: Outcome;
  let details: Outcome;
  let updated: Outcome;
  let outputs: Readonly<Record<string, unknown>>;
  let drifted: Outcome;
  let afterDrift: Outcome;
  let repaired: Outcome;
  let gone: Outcome;
  let destroyed: Outcome;
  let callsOfPreview: readonly string[];

  before(async () => {
    fixture = await Fixture.create({
      "parts.json": JSON.stringify({
        "stages/map": { "src/mapper.py": "aaaa", "src/x.py": "bbbb" },
      }),
    });
    await fixture.program(first);
    preview = await fixture.run("preview");
    callsOfPreview = await fixture.calls();
    created = await fixture.run("up");
    createdState = await fixture.resource("a");
    await fixture.calls();
    same = await fixture.run("up");
    sameCalls = await fixture.calls();
    await fixture.write({
      "parts.json": JSON.stringify({
        "stages/map": { "src/mapper.py": "cccc", "src/x.py": "bbbb" },
      }),
    });
    changedPreview = await fixture.run("preview");
    details = await fixture.run("preview", { diff: true });
    updated = await fixture.run("up");
    outputs = await readStackOutputs({ projectDirectory: fixture.directory, stack: "dev" });
    const [object = ""] = await readdir(join(fixture.directory, "objects"));
    const path = join(fixture.directory, "objects", object);
    await writeFile(
      path,
      JSON.stringify({ ...JSON.parse(await fixture.read(`objects/${object}`)), label: "drifted" }),
    );
    drifted = await fixture.run("refresh");
    afterDrift = await fixture.run("preview");
    repaired = await fixture.run("up");
    await rm(path);
    gone = await fixture.run("refresh");
    destroyed = await fixture.run("destroy");
  });
  after(() => fixture.remove());

  it("preview shows what up would create", () => {
    assert.equal(
      preview.text,
      `Previewing update (dev):
     Type                                 Name         Plan
 +   pulumi:pulumi:Stack                  fixture-dev  create
 +   └─ pulumi-nodejs:dynamic/test:Thing  a            create

Outputs:
  + label : "one"
  + object: [unknown]

Resources:
    + 2 to create
`,
    );
  });

  it("preview asks the provider only to check", () => {
    assert.deepEqual(callsOfPreview, ["check a"]);
  });

  it("preview writes no state", async () => {
    assert.equal(preview.result.succeeded, true);
    const history = await readdir(join(fixture.directory, ".pulumi/history/fixture/dev"));
    const records = history.filter((name) => name.endsWith(".history.json"));
    assert.equal(records.length, 7, "one record per up, refresh and destroy, none per preview");
  });

  it("up creates and says so", () => {
    assert.deepEqual(stepsOf(created), ["create a"]);
    assert.match(
      created.text,
      /^ \+ {3}└─ pulumi-nodejs:dynamic\/test:Thing {2}a {12}created \(\d+(?:\.\d\d)?s\)$/m,
    );
    assert.match(created.text, /\nResources:\n {4}\+ 2 created\n\nDuration: \d+s\n$/);
  });

  it("up stores inputs as checked and outputs as created", () => {
    const { inputs = {}, outputs: stored = {}, id, custom, provider, parent } = createdState ?? {};
    assert.equal(custom, true);
    assert.deepEqual(inputs["stages/map"], { "src/mapper.py": "aaaa", "src/x.py": "bbbb" });
    assert.equal(stored["object"], id);
    assert.equal(parent, "urn:pulumi:dev::fixture::pulumi:pulumi:Stack::fixture-dev");
    assert.match(
      provider ?? "",
      /^urn:pulumi:dev::fixture::pulumi:providers:pulumi-nodejs::default::[0-9a-f-]{36}$/,
    );
  });

  it("up tells the position in the source from the project's root", () => {
    assert.match(createdState?.sourcePosition ?? "", /^project:\/\/\/(?:index|thing)\.ts#\d+,\d+$/);
  });

  it("a second up changes nothing", () => {
    assert.deepEqual(stepsOf(same), ["same a"]);
    assert.deepEqual(sameCalls, ["check a", "diff a"]);
    assert.match(same.text, /\nResources:\n {4}2 unchanged\n/);
  });

  it("preview names the part that changed", () => {
    assert.match(
      changedPreview.text,
      /^ ~ {3}└─ pulumi-nodejs:dynamic\/test:Thing {2}a {12}update {2}\[diff: ~stages\/map\]$/m,
    );
    assert.match(changedPreview.text, /\nResources:\n {4}~ 1 to update\n {4}1 unchanged\n$/);
  });

  it("preview --diff names the file that changed, old and new", () => {
    const id = createdState?.id ?? "";
    assert.equal(
      details.text.slice(0, details.text.indexOf("\nOutputs:")),
      `Previewing update (dev):
  pulumi:pulumi:Stack: (same)
    [urn=urn:pulumi:dev::fixture::pulumi:pulumi:Stack::fixture-dev]
    ~ pulumi-nodejs:dynamic/test:Thing: (update)
        [id=${id}]
        [urn=urn:pulumi:dev::fixture::pulumi-nodejs:dynamic/test:Thing::a]
      ~ stages/map: {
          ~ src/mapper.py: "aaaa" => "cccc"
        }
`,
    );
  });

  it("up updates in place", async () => {
    assert.deepEqual(stepsOf(updated), ["update a ~stages/map"]);
    assert.equal(updated.result.outputs["object"], created.result.outputs["object"]);
  });

  it("readStackOutputs() gives what the program exports", () => {
    assert.deepEqual(outputs, { label: "one", object: createdState?.id });
  });

  it("refresh shows what is really there", () => {
    assert.deepEqual(stepsOf(drifted), ["update a ~label"]);
    assert.match(drifted.text, /^Refreshing \(dev\):\n/);
    assert.match(drifted.text, /\nResources:\n {4}~ 1 updated\n {4}1 unchanged\n/);
  });

  it("the preview after a refresh shows what differs from the program", () => {
    assert.deepEqual(stepsOf(afterDrift), ["update a ~label"]);
  });

  it("up repairs what has drifted", () => {
    assert.equal(repaired.result.succeeded, true);
    assert.deepEqual(repaired.result.changes, { same: 1, update: 1 });
  });

  it("refresh forgets what is gone", () => {
    assert.deepEqual(stepsOf(gone), ["delete a"]);
  });

  it("destroy leaves a stack without resources", async () => {
    assert.equal(destroyed.result.succeeded, true);
    assert.equal((await fixture.state()).resources, undefined);
    assert.deepEqual(
      await readdir(join(fixture.directory, ".pulumi/locks/organization/fixture/dev")),
      [],
    );
  });
});
