/** The parts of which the display of an operation is made. */
import assert from "node:assert/strict";
import test from "node:test";
import { visibleWidth, wantsColor, withoutColor } from "../../../cli/terminal/colors.ts";
import { detailLines } from "../../../engine/display/detail.ts";
import { createOperationPainter } from "../../../engine/display/operation-painter.ts";
import { PropertyWriter } from "../../../engine/display/property-text.ts";
import { statusOf } from "../../../engine/display/row.ts";
import type { Row } from "../../../engine/display/row.ts";
import { SecretMask } from "../../../engine/display/secret-mask.ts";
import { readableStack } from "../../../engine/display/stack-trace.ts";
import { summaryLines } from "../../../engine/display/summary.ts";
import { layOutTable } from "../../../engine/display/table.ts";
import { newResourceState } from "../../../engine/state/resource-state.ts";
import { Secret, unknown } from "../../../engine/values/property-value.ts";

const plain = createOperationPainter(false);

/** The status of a creation that took so long. */
function statusAfter(durationMs: number): string {
  const urn = "urn:pulumi:dev::shop::test:index:Thing::a";
  const row: Row = {
    urn,
    step: { operation: "create", urn, before: undefined, after: undefined },
    status: "done",
    startedAt: 5000,
    endedAt: 5000 + durationMs,
    messages: [],
  };
  return statusOf(row, { painter: plain, preview: false, final: true });
}

test("statusOf() tells how long a step took: in hundredths below a second, then in whole seconds", () => {
  assert.equal(statusAfter(40), "created (0.04s)");
  assert.equal(statusAfter(12_999), "created (12s)");
});

test("layOutTable() draws the tree and drops an empty last column", () => {
  const leaf = { cells: ["+ ", "leaf", "é", "create", ""], children: [] } as const;
  const root = {
    cells: ["  ", "root", "r", "", ""],
    children: [{ ...leaf, children: [leaf] }, leaf],
  } as const;
  assert.deepEqual(layOutTable(["  ", "Type", "Name", "Plan", "Info"], [root]), [
    "     Type        Name  Plan",
    "     root        r",
    " +   ├─ leaf     é     create",
    " +   │  └─ leaf  é     create",
    " +   └─ leaf     é     create",
  ]);
});

test("layOutTable() wraps rows under their branches where the terminal is too narrow, and cuts nothing", () => {
  const leaf = {
    cells: ["~ ", "test:index:Thing", "名前", "update", "[diff: ~a,b]; 2 messages"],
    children: [],
  } as const;
  const root = {
    cells: ["  ", "pulumi:Stack", "shop-dev", "", ""],
    children: [{ ...leaf, children: [leaf] }, leaf],
  } as const;
  const header = ["  ", "Type", "Name", "Plan", "Info"] as const;
  assert.deepEqual(layOutTable(header, [root], 77), layOutTable(header, [root]));
  assert.deepEqual(layOutTable(header, [root], 60), [
    "     Type                    Name      Plan    Info",
    "     pulumi:Stack            shop-dev",
    " ~   ├─ test:index:Thing     名前      update",
    "     │  │  [diff: ~a,b]; 2 messages",
    " ~   │  └─ test:index:Thing  名前      update",
    "     │       [diff: ~a,b]; 2 messages",
    " ~   └─ test:index:Thing     名前      update",
    "          [diff: ~a,b]; 2 messages",
  ]);
  assert.deepEqual(layOutTable(header, [root], 40), [
    "     Type  Name  Plan  Info",
    "     pulumi:Stack  shop-dev",
    " ~   ├─ test:index:Thing  名前  update",
    "     │  │  [diff: ~a,b]; 2 messages",
    " ~   │  └─ test:index:Thing  名前",
    "     │       update",
    "     │       [diff: ~a,b]; 2 messages",
    " ~   └─ test:index:Thing  名前  update",
    "          [diff: ~a,b]; 2 messages",
  ]);
  for (const line of layOutTable(header, [root], 27)) {
    assert.ok(visibleWidth(line) <= 27, line);
  }
});

test("PropertyWriter names on one line what an update makes unknown", () => {
  const writer = new PropertyWriter(plain);
  writer.writeDifference(
    { bytes: 1, md5: "a", sha256: "b", label: "x" },
    { bytes: unknown, md5: unknown, sha256: unknown, label: "y" },
    2,
  );
  assert.deepEqual(writer.lines, ['  ~ label: "x" => "y"', "  ~ bytes, md5, sha256: [unknown]"]);
});

test("writeDifference() writes old and new, and only what differs", () => {
  const writer = new PropertyWriter(plain);
  writer.writeDifference(
    {
      same: 1,
      changed: "a",
      gone: true,
      list: [1, 2],
      type: "text",
      nested: { x: 1, y: { z: 1 } },
    },
    {
      same: 1,
      changed: "b",
      added: null,
      list: [1, 3, 4],
      type: { k: 1 },
      nested: { x: 1, y: { z: unknown } },
    },
    2,
  );
  assert.deepEqual(writer.lines, [
    "  + added  : <null>",
    '  ~ changed: "a" => "b"',
    "  - gone   : true",
    "  ~ list   : [",
    "      ~ [1]: 2 => 3",
    "      + [2]: 4",
    "    ]",
    "  ~ nested : {",
    "      ~ y: {",
    "          ~ z: 1 => [unknown]",
    "        }",
    "    }",
    '  - type   : "text"',
    "  + type   : {",
    "      + k: 1",
    "    }",
  ]);
});

test("PropertyWriter never writes a secret", () => {
  const writer = new PropertyWriter(plain);
  writer.write({ a: new Secret("hidden"), b: [new Secret(1)] }, 2, "create");
  writer.writeDifference({ a: new Secret("old") }, { a: new Secret("new") }, 2);
  assert.deepEqual(writer.lines, [
    "  + a: [secret]",
    "  + b: [",
    "      + [0]: [secret]",
    "    ]",
    "  ~ a: [secret] => [secret]",
  ]);
});

test("detailLines() show of a refresh that came first what it has found, and secrets where they are wanted", () => {
  const urn = "urn:pulumi:dev::shop::test:index:Thing::a";
  const state = (label: string) =>
    newResourceState({
      urn,
      type: "test:index:Thing",
      custom: true,
      id: "a-1",
      inputs: { label, key: new Secret("hidden") },
    });
  const same = { operation: "refresh", urn, before: state("one"), after: state("one") } as const;
  const options = { refreshed: false, showSecrets: false, showSames: false };
  assert.deepEqual(detailLines([same], plain, options), []);
  const head = ["    ~ test:index:Thing: (refresh)", "        [id=a-1]", `        [urn=${urn}]`];
  assert.deepEqual(detailLines([{ ...same, after: state("two") }], plain, options), [
    ...head,
    '      ~ label: "one" => "two"',
  ]);
  const gone = { ...same, after: undefined };
  assert.deepEqual(detailLines([gone], plain, { ...options, showSecrets: true }), [
    ...head,
    '      - key  : "hidden"',
    '      - label: "one"',
  ]);
});

test("detailLines() show a replacement once, and its parts where they are wanted", () => {
  const urn = "urn:pulumi:dev::shop::test:index:Thing::a";
  const before = newResourceState({ urn, type: "test:index:Thing", custom: true, id: "a-1" });
  const parts = (["create-replacement", "replace", "delete-replaced"] as const).map(
    (operation) => ({ operation, urn, before, after: undefined }),
  );
  const shown = (showReplacementSteps: boolean) =>
    detailLines(parts, plain, {
      refreshed: false,
      showSecrets: false,
      showSames: false,
      showReplacementSteps,
    }).filter((line) => line.includes("Thing: ("));
  assert.deepEqual(shown(false), ["    +-test:index:Thing: (replace)"]);
  assert.deepEqual(shown(true), [
    "    ++test:index:Thing: (create-replacement)",
    "    +-test:index:Thing: (replace)",
    "    --test:index:Thing: (delete-replaced)",
  ]);
});

test("mask() hides what it has learnt, the longer secret first, also when escaped", () => {
  const mask = new SecretMask();
  mask.learn({
    a: new Secret("secret"),
    b: [new Secret({ c: "secret-longer" })],
    d: new Secret('two\nlines"'),
  });
  assert.equal(mask.mask("x secret-longer y secret z"), "x [secret] y [secret] z");
  assert.equal(mask.mask(JSON.stringify('two\nlines"')), '"[secret]"');
});

test("mask() leaves texts too short to be secrets", () => {
  const mask = new SecretMask();
  mask.learn(new Secret("a"));
  assert.equal(mask.mask("a banana"), "a banana");
});

test("readableStack() keeps the message and the user's own frames", () => {
  const stack = [
    "Running program '/p/index.ts' failed with an unhandled exception:",
    "Error: boom",
    "    at declare (file:///p/index.ts:3:7)",
    "\u001b[90m    at ModuleJob.run (node:internal/modules/esm/module_job:561:25)\u001b[39m",
    "    at Stack.initialize (/p/node_modules/\u001b[4m@pulumi/runtime\u001b[24m/stack.ts:79:28)",
  ].join("\n");
  assert.equal(readableStack(stack).split("\n").length, 3);
});

test("readableStack() keeps an error's properties whole when the frame before them is not the user's", () => {
  const [message, ...properties] = [
    "Error: Cannot find package 'x' imported from /p/index.ts",
    "  code: 'ERR_MODULE_NOT_FOUND'",
    "}",
  ];
  const frames = [
    "    at packageResolve (node:internal/modules/esm/resolve:784:25)",
    "\u001b[90m    at ModuleJob.syncLink (node:internal/modules/esm/module_job:276:33)\u001b[39m {",
  ];
  assert.equal(
    readableStack([message, ...frames, ...properties].join("\n")),
    [`${message} {`, ...properties].join("\n"),
  );
});

test("summaryLines() lists changes in Pulumi's order and counts them together", () => {
  const counts = new Map([
    ["same", 4],
    ["replace", 1],
    ["create", 2],
  ] as const);
  assert.deepEqual(summaryLines({ counts, errored: 1, preview: true, durationMs: 1 }, plain), [
    "Resources:",
    "    + 2 to create",
    "    +-1 to replace",
    "    3 changes. 4 unchanged",
    "    1 errored",
  ]);
  assert.deepEqual(
    summaryLines({ counts: new Map(), errored: 0, preview: false, durationMs: 61_001 }, plain),
    ["Resources:", "", "Duration: 1m2s"],
  );
});

test("colours are for terminals, and not where NO_COLOR is set", () => {
  assert.equal(wantsColor({ isTTY: true }, {}), true);
  assert.equal(wantsColor({ isTTY: true }, { NO_COLOR: "1" }), false);
  assert.equal(wantsColor({}, {}), false);
  const painted = createOperationPainter(true).operation("create", "text");
  assert.notEqual(painted, "text");
  assert.equal(withoutColor(painted), "text");
});
