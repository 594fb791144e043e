/** Every rule on which locks exclude each other. */
import assert from "node:assert/strict";
import test from "node:test";
import { findLockConflict } from "../../../local-cluster/locks/conflict.ts";
import type { Lock, LockRequest, TransactionNesting } from "../../../local-cluster/locks/lock.ts";

/** Of four transactions three are nested in each other, and the last one is concurrent to them. */
const FAMILY = ["parent", "own", "child"];

const nesting: TransactionNesting = {
  chainOf: (id) => (id === "other" ? [id] : FAMILY.slice(0, FAMILY.indexOf(id) + 1)),
};

const requests: Readonly<Record<string, LockRequest>> = {
  snapshot: { mode: "snapshot" },
  exclusive: { mode: "exclusive" },
  shared: { mode: "shared" },
  "child a": { mode: "shared", childKey: "a" },
  "child b": { mode: "shared", childKey: "b" },
  "attribute a": { mode: "shared", attributeKey: "a" },
};

function request(name: string): LockRequest {
  return requests[name] ?? { mode: "exclusive" };
}

function conflict(holder: string, held: string, requester: string | undefined, asked: string) {
  const lock: Lock = {
    id: "lock",
    nodeId: "node",
    request: request(held),
    explicit: true,
    transactionId: holder,
    state: "acquired",
  };
  return findLockConflict([lock], requester, request(asked), nesting)?.relation ?? "granted";
}

/** Held by a concurrent transaction, asked, and whether that is refused: the table of docs/yt-http-api.md, section 8. */
const concurrent: readonly (readonly [string, string, boolean])[] = [
  ["snapshot", "shared", false],
  ["snapshot", "child a", false],
  ["snapshot", "exclusive", false],
  ["shared", "shared", false],
  ["shared", "child a", false],
  ["shared", "exclusive", true],
  ["child a", "shared", false],
  ["child a", "child a", true],
  ["child a", "child b", false],
  ["child a", "attribute a", false],
  ["child a", "exclusive", true],
  ["attribute a", "attribute a", true],
  ["attribute a", "child a", false],
  ["attribute a", "exclusive", true],
  ["exclusive", "shared", true],
  ["exclusive", "child a", true],
  ["exclusive", "exclusive", true],
];

for (const [held, asked, refused] of concurrent) {
  test(`${asked} is ${refused ? "refused" : "granted"} beside ${held} of a concurrent transaction`, () => {
    const wanted = refused ? "concurrent" : "granted";
    assert.equal(conflict("other", held, "own", asked), wanted);
    // A descendant is concurrent, and for a command without transaction everybody is.
    assert.equal(conflict("child", held, "own", asked), wanted);
    assert.equal(conflict("other", held, undefined, asked), wanted);
    // An ancestor is not, except for its snapshot.
    assert.equal(
      conflict("parent", held, "own", asked),
      held === "snapshot" ? "parent" : "granted",
    );
  });
}

for (const name of Object.keys(requests)) {
  test(`snapshot beside ${name} depends on whose that is`, () => {
    const writes = name !== "snapshot";
    assert.equal(conflict("other", name, "own", "snapshot"), "granted");
    assert.equal(conflict("parent", name, "own", "snapshot"), "granted");
    assert.equal(conflict("own", name, "own", "snapshot"), writes ? "same" : "granted");
    assert.equal(conflict("child", name, "own", "snapshot"), writes ? "descendant" : "granted");
  });

  test(`${name} after a snapshot of the same transaction is ${name === "snapshot" ? "granted" : "refused"}`, () => {
    assert.equal(
      conflict("own", "snapshot", "own", name),
      name === "snapshot" ? "granted" : "same",
    );
  });
}
