/** Who runs this process, known to the system or not. */
import assert from "node:assert/strict";
import { homedir, userInfo } from "node:os";
import { test } from "node:test";
import { findHomeDirectory, userName } from "../../common/user.ts";

/** This process without `HOME`, or with another, until the test is over. */
function setHome(value: string | undefined): void {
  if (value === undefined) {
    delete process.env["HOME"];
  } else {
    process.env["HOME"] = value;
  }
}

test("findHomeDirectory() is HOME, unless that is no absolute path", (t) => {
  const { HOME: own } = process.env;
  t.after(() => setHome(own));
  setHome("/home/me");
  assert.equal(findHomeDirectory(), "/home/me");
  for (const home of ["", "me"]) {
    setHome(home);
    assert.equal(findHomeDirectory(), undefined);
  }
});

test("a user whom the system does not know has a number for a name, and no home but HOME", async (t) => {
  const { HOME: own } = process.env;
  t.after(() => setHome(own));
  await import("../tools/unknown-user.ts");
  assert.throws(() => userInfo(), { code: "ERR_SYSTEM_ERROR" });
  assert.equal(userName(), String(process.getuid?.()));
  setHome(undefined);
  assert.throws(() => homedir(), { code: "ERR_SYSTEM_ERROR" });
  assert.equal(findHomeDirectory(), undefined);
  setHome("/home/me");
  assert.equal(findHomeDirectory(), "/home/me");
});
