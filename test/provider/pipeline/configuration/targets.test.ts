/** Which places in the archive may be claimed, and by how many. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assertNoConflicts,
  parseTarget,
} from "../../../../provider/pipeline/configuration/targets.ts";

for (const [target, parsed] of [
  ["lib", "lib"],
  ["lib/", "lib"],
  ["a/b c/ü.txt", "a/b c/ü.txt"],
  ["stages2", "stages2"],
  ["operation", "operation"],
  ["lib/stages", "lib/stages"],
  ["...", "..."],
  [".hidden", ".hidden"],
] as const) {
  test(`parseTarget() takes ${JSON.stringify(target)}`, () => {
    assert.equal(parseTarget(target, 'upload_paths "lib"'), parsed);
  });
}

for (const target of [
  "",
  "/",
  ".",
  "..",
  "/lib",
  "lib/..",
  "a/../b",
  "a/./b",
  "a//b",
  "a\\b",
  "a\0b",
]) {
  test(`parseTarget() refuses ${JSON.stringify(target)}`, () => {
    assert.throws(() => parseTarget(target, 'upload_paths "lib"'), {
      name: "UserError",
      argument: "pipeline",
      message: `Cannot place upload_paths "lib" as its target must be one or more plain names joined by "/": target is "${target}"`,
    });
  });
}

for (const [target, reserved] of [
  ["stages", '"stages" is reserved'],
  ["stages/run/extra", '"stages/run/extra" is below "stages", which is reserved'],
  ["ytjobs/", '"ytjobs" is reserved'],
  ["source.tar.gz", '"source.tar.gz" is reserved'],
  ["operation_wrapper_run_map.sh", '"operation_wrapper_run_map.sh" is reserved'],
  ["operation_wrapper_", '"operation_wrapper_" is reserved'],
] as const) {
  test(`parseTarget() keeps ${target} for the archive itself`, () => {
    assert.throws(() => parseTarget(target, 'upload_paths "lib"'), {
      name: "UserError",
      argument: "pipeline",
      message: `Cannot place upload_paths "lib" as the target ${reserved}: choose another target`,
    });
  });
}

test("assertNoConflicts() lets neighbours with a common beginning be", () => {
  const paths = ["lib", "lib2", "lib.py", "lib-x/y", "a/lib", "Lib"];
  assertNoConflicts(paths.map((path) => ({ path, claimedBy: path })));
});

test("assertNoConflicts() names both claims on one target", () => {
  const claims = [
    { path: "z", claimedBy: 'upload_paths "z"' },
    { path: "utils", claimedBy: 'upload_modules "utils"' },
    { path: "utils", claimedBy: 'upload_paths "lib/utils"' },
  ];
  assert.throws(() => assertNoConflicts(claims), {
    name: "UserError",
    argument: "pipeline",
    message:
      'Cannot pack upload_paths "lib/utils" as it has the same target as upload_modules "utils": "utils"; ' +
      "give one of them another target",
  });
});

for (const order of ["as written", "reversed"]) {
  test(`assertNoConflicts() names a target inside another, ${order}`, () => {
    // Between the two in byte order stands a name that is inside neither.
    const claims = [
      { path: "lib/data/x", claimedBy: 'upload_paths "x"' },
      { path: "lib-old", claimedBy: 'upload_paths "old"' },
      { path: "lib", claimedBy: 'upload_modules "lib"' },
    ];
    assert.throws(() => assertNoConflicts(order === "reversed" ? claims.toReversed() : claims), {
      name: "UserError",
      argument: "pipeline",
      message:
        'Cannot pack upload_paths "x" as it has a target inside that of upload_modules "lib": ' +
        '"lib/data/x" inside "lib"; give one of them another target',
    });
  });
}
