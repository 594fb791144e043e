/** How the Pulumi CLI is called. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pulumiArguments } from "../../../cli/stack/run-operation.ts";

const TERMINAL = { environment: {}, stdin: { isTTY: true }, stdout: { isTTY: true } };
const NOBODY = { environment: {}, stdin: {}, stdout: {} };
const base = { stack: "dev" };

test("pulumiArguments() keep the live tree and the question on a terminal", () => {
  assert.deepEqual(pulumiArguments("up", base, TERMINAL), ["up", "--stack", "dev"]);
  assert.deepEqual(pulumiArguments("preview", base, TERMINAL), ["preview", "--stack", "dev"]);
  const yes = { ...base, yes: true };
  assert.deepEqual(pulumiArguments("up", yes, TERMINAL), ["up", "--stack", "dev", "--yes"]);
});

test("pulumiArguments() ask nobody where nobody is, or nobody wants to be asked", () => {
  const scripted = ["up", "--stack", "dev", "--non-interactive", "--yes"];
  assert.deepEqual(pulumiArguments("up", base, NOBODY), scripted);
  assert.deepEqual(
    pulumiArguments("up", base, { ...TERMINAL, environment: { CI: "1" } }),
    scripted,
  );
  assert.deepEqual(pulumiArguments("up", { ...base, nonInteractive: true }, TERMINAL), scripted);
  assert.deepEqual(pulumiArguments("preview", base, NOBODY), [
    "preview",
    "--stack",
    "dev",
    "--non-interactive",
  ]);
});

test("pulumiArguments() pass the colours and the preview's absence on", () => {
  const options = { ...base, color: "never", skipPreview: true } as const;
  assert.deepEqual(pulumiArguments("destroy", options, TERMINAL), [
    "destroy",
    "--stack",
    "dev",
    "--yes",
    "--color=never",
    "--skip-preview",
  ]);
});
