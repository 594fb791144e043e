/** The stack commands on a real terminal: a narrow one, with no UTF-8, made narrower in the middle. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Fixture, PATIENT } from "../../behaviour/engine/fixture.ts";
import { hasTerminals, runOnTerminal } from "../../tools/terminal.ts";

const main = fileURLToPath(new URL("../../../cli/main.ts", import.meta.url));

test(
  "up keeps to the terminal's columns and characters, and to its size when that changes",
  PATIENT,
  async (t) => {
    if (!(await hasTerminals())) {
      return t.skip("NOT RUN: this system gives no pseudo-terminals");
    }
    const fixture = await Fixture.create();
    t.after(() => fixture.remove());
    await fixture.program(`new Thing("first-of-all", { label: "x" });`);
    await fixture.faults({ "first-of-all": "hang create" });
    const { status, sent } = await runOnTerminal([process.execPath, main, "up"], {
      columns: 44,
      directory: fixture.directory,
      environment: {
        ...fixture.environment({ YTCODE_ENGINE: "embedded", LC_ALL: "C" }),
        CI: undefined,
        NO_COLOR: "1",
      },
      deeds: [
        { after: "(yes/no/details) ", type: "details\r" },
        { after: "(yes/no/details) ", type: "yes\r" },
        // Before: "creating first-of-all (0s)".
        { after: "creating first-of-all (", columns: 20 },
        { after: "\u001b[Kcreating first-o...", touch: path.join(fixture.directory, "go-on") },
      ],
    });
    assert.equal(status, 0, sent);
    assert.equal(Buffer.byteLength(sent), sent.length, "nothing but ASCII");
    const drawn = sent
      .replaceAll("\r\u001b[K", "\r\n")
      .split("\r\n")
      .filter((text) => text.startsWith("creating first-o"));
    assert.match(drawn[0] ?? "", /^creating first-of-all \(\d+s\)$/);
    assert.equal(drawn.at(-1), "creating first-o...");
    const lines = sent.split("\r\n");
    assert.deepEqual(lines.slice(1, 7), [
      "     Type  Name  Plan",
      " +   pulumi:pulumi:Stack  fixture-dev",
      "     |  create",
      " +   `- pulumi-nodejs:dynamic/test:Thing",
      "          first-of-all  create",
      "",
    ]);
    assert.equal(lines.filter((line) => line === "Resources:").length, 2, "nothing is repeated");
  },
);
