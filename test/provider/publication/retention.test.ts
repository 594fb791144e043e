/** Which versions are removed as old. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../../common/errors/user-error.ts";
import { assertKeepVersions, selectExpired } from "../../../provider/publication/retention.ts";

const now = new Date("2026-03-31T00:00:00Z");

function version(name: string, day: number, promotedAt?: string) {
  const creationTime = `2026-01-${String(day).padStart(2, "0")}T00:00:00.000000Z`;
  return { name, creationTime, promotedAt };
}

test("selectExpired() keeps the newest, in whatever order they come", () => {
  const versions = [version("b", 2), version("d", 4), version("a", 1), version("c", 3)];
  assert.deepEqual(selectExpired(versions, { keepVersions: 2, live: "d", now }), ["b", "a"]);
});

test("selectExpired() keeps the live version, however old", () => {
  const versions = [version("a", 1), version("b", 2), version("c", 3)];
  assert.deepEqual(selectExpired(versions, { keepVersions: 1, live: "a", now }), ["b"]);
});

test("selectExpired() keeps what was promoted within 30 days", () => {
  const versions = [
    version("a", 1, "2026-03-02T00:00:00Z"),
    version("b", 2, "2026-02-28T23:59:59Z"),
    version("c", 3),
  ];
  assert.deepEqual(selectExpired(versions, { keepVersions: 1, live: "c", now }), ["b"]);
});

test("selectExpired() keeps what is in use elsewhere, however old", () => {
  const versions = [{ ...version("a", 1), isMarked: true }, version("b", 2), version("c", 3)];
  assert.deepEqual(selectExpired(versions, { keepVersions: 1, live: "c", now }), ["b"]);
});

test("selectExpired() takes a time that is none for no promotion", () => {
  const versions = [version("a", 1, "soon"), version("b", 2)];
  assert.deepEqual(selectExpired(versions, { keepVersions: 1, live: "b", now }), ["a"]);
});

test("assertKeepVersions() wants a count", () => {
  assertKeepVersions(1);
  for (const bad of [0, -1, 1.5, Number.NaN]) {
    assert.throws(
      () => assertKeepVersions(bad),
      new UserError(`Cannot keep ${bad} versions: keepVersions must be 1 or more`, {
        argument: "keepVersions",
      }),
    );
  }
});
