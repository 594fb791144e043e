/** Tests that files of the package are found; from the packed package, `test/behaviour/package/` does. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { packageFile } from "../../common/package-file.ts";

test("packageFile() starts at the folder of package.json", () => {
  const root = path.resolve(import.meta.dirname, "../..");
  assert.equal(packageFile("ytjobs/__init__.py"), path.join(root, "ytjobs/__init__.py"));
});
