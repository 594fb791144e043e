/** Names of stacks: short, qualified, and those of others. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../../common/errors/user-error.ts";
import { parseStackName, stackOfProject } from "../../../engine/project/stack-name.ts";

for (const given of ["dev", "organization/dev", "organization/infra/dev"]) {
  test(`stackOfProject() takes "${given}" for the project's own stack`, () => {
    assert.equal(stackOfProject(given, "infra"), "dev");
  });
}

const NO_NAME = 'a stack\'s name has only letters, digits, "-", "_" and ".", at most 100';
const OTHER_ORGANIZATION =
  'its organization is "acme", and state in files has only "organization", ' +
  'name it "organization/infra/<stack>" or "<stack>"';

for (const [given, reason] of [
  [
    "organization/other/dev",
    'it is of project "other", and this is project "infra", change to the folder of that one',
  ],
  ["acme/infra/dev", OTHER_ORGANIZATION],
  ["acme/dev", OTHER_ORGANIZATION],
  ["../dev", NO_NAME],
  ["organization/infra/a/dev", NO_NAME],
  ["organization/infra/", NO_NAME],
  ["a b", NO_NAME],
  ["", NO_NAME],
] as const) {
  test(`stackOfProject() refuses "${given}"`, () => {
    assert.throws(
      () => stackOfProject(given, "infra"),
      new UserError(`Cannot use stack "${given}": ${reason}`),
    );
  });
}

test("parseStackName() gives the project that a name has", () => {
  assert.deepEqual(parseStackName("organization/other/dev", "infra"), {
    stack: "dev",
    project: "other",
  });
  assert.deepEqual(parseStackName("organization/dev", "infra"), { stack: "dev", project: "infra" });
  assert.equal(parseStackName("acme/other/dev", "infra"), undefined);
});
