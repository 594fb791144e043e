/** The JSON of operations: the events and the document of the Pulumi CLI (3.260), secrets masked. */
import assert from "node:assert/strict";
import test from "node:test";
import type { DeploymentEvent } from "../../../engine/deploy/events.ts";
import type { Step } from "../../../engine/deploy/step.ts";
import { SecretMask } from "../../../engine/display/secret-mask.ts";
import { openJsonReport } from "../../../engine/events/open-json-report.ts";
import type { OperationName } from "../../../engine/operation-types.ts";
import type { ResourceState } from "../../../engine/state/resource-state.ts";
import { newResourceState } from "../../../engine/state/resource-state.ts";
import { Secret, unknown } from "../../../engine/values/property-value.ts";

const TYPE = "pulumi-nodejs:dynamic/test:Thing";
const urnOf = (name: string): string => `urn:pulumi:dev::p::${TYPE}::${name}`;

function thing(name: string, fields: Partial<ResourceState> = {}): ResourceState {
  return newResourceState({ urn: urnOf(name), type: TYPE, custom: true, ...fields });
}

function step(operation: Step["operation"], before?: ResourceState, after?: ResourceState): Step {
  return { operation, urn: (after ?? before)?.urn ?? "", before, after };
}

interface Report {
  readonly events: readonly DeploymentEvent[];
  readonly lines?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

function tell(operation: OperationName, { events, lines = [], environment = {} }: Report): string {
  const mask = new SecretMask();
  mask.learn(new Secret("hidden-word"));
  let text = "";
  const report = openJsonReport({
    operation,
    preview: operation.startsWith("preview"),
    output: { write: (chunk) => (text += chunk) },
    configuration: new Map([
      ["p:plain", { value: "1", secret: false, secretTexts: [] }],
      ["p:token", { value: "hidden-word", secret: true, secretTexts: ["hidden-word"] }],
    ]),
    mask,
    now: () => 5500,
    environment,
  });
  lines.forEach((line) => report.userLine(line, false));
  events.forEach((event) => report.listen(event));
  report.finish({ counts: new Map([["create", 1]]), durationMs: 1200, succeeded: true });
  return text;
}

function parseLines(text: string): readonly Record<string, unknown>[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line): Record<string, unknown> => JSON.parse(line));
}

test("an update is one event a line, from the prelude to the end of the stream", () => {
  const before = thing("a", { inputs: { label: "hidden-word", key: new Secret("hidden-word") } });
  const after = thing("a", { ...before, id: "a-1", outputs: before.inputs });
  const created = step("create", undefined, after);
  const events = parseLines(
    tell("up", {
      lines: ["says hidden-word"],
      events: [
        { type: "step-started", step: step("create", undefined, before) },
        { type: "step-finished", step: created },
        { type: "diagnostic", severity: "warning", message: "look out", urn: after.urn },
      ],
    }),
  );
  const secret = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    ciphertext: "[secret]",
  };
  const properties = { key: secret, label: "[secret]" };
  const state = { type: TYPE, urn: after.urn, custom: true, parent: "", provider: "" };
  const metadata = (id: string, outputs: object) => ({
    op: "create",
    urn: after.urn,
    type: TYPE,
    old: null,
    new: { ...state, id, inputs: properties, outputs },
    detailedDiff: null,
    logical: true,
    provider: "",
  });
  assert.deepEqual(events, [
    {
      sequence: 0,
      timestamp: 5,
      preludeEvent: { config: { "p:plain": "1", "p:token": "[secret]" } },
    },
    {
      sequence: 1,
      timestamp: 5,
      diagnosticEvent: { message: "says [secret]\n\n", color: "never", severity: "info" },
    },
    { sequence: 2, timestamp: 5, resourcePreEvent: { metadata: metadata("", {}) } },
    { sequence: 3, timestamp: 5, resOutputsEvent: { metadata: metadata("a-1", properties) } },
    {
      sequence: 4,
      timestamp: 5,
      diagnosticEvent: {
        urn: after.urn,
        prefix: "warning: ",
        message: "look out\n",
        color: "never",
        severity: "warning",
      },
    },
    {
      sequence: 5,
      timestamp: 5,
      summaryEvent: {
        maybeCorrupt: false,
        durationSeconds: 2,
        resourceChanges: { create: 1 },
        PolicyPacks: {},
        isPreview: false,
        result: "succeeded",
      },
    },
    { sequence: 6, timestamp: 5, cancelEvent: {} },
  ]);
});

function failed(operation: "create" | "update"): readonly Record<string, unknown>[] {
  const event = { type: "step-failed", step: step(operation, undefined, thing("a")) } as const;
  return parseLines(tell("up", { events: [event] }));
}

test("a failed update may have left something, a failed creation has not", () => {
  const [, creation, message, end] = failed("create");
  assert.partialDeepStrictEqual(creation, { resOpFailedEvent: { status: 0, steps: 0 } });
  assert.partialDeepStrictEqual(message, { diagnosticEvent: { message: "update failed\n" } });
  assert.partialDeepStrictEqual(end, { summaryEvent: { maybeCorrupt: false } });
  assert.partialDeepStrictEqual(failed("update")[3], { summaryEvent: { maybeCorrupt: true } });
});

test("a refresh begins as a refresh of each resource, and ends as what was found", () => {
  const events = parseLines(
    tell("refresh", {
      events: [
        // Of a component only the end is told.
        { type: "step-finished", step: step("same", thing("a"), thing("a")) },
        { type: "step-started", step: step("refresh", thing("b"), thing("b")) },
        { type: "step-finished", step: step("delete", thing("b"), undefined) },
      ],
    }),
  );
  const told = events.slice(1, 5).map((event) => Object.entries(event).at(-1));
  assert.partialDeepStrictEqual(told, [
    ["resourcePreEvent", { metadata: { op: "refresh", urn: urnOf("a") } }],
    ["resOutputsEvent", { metadata: { op: "same", urn: urnOf("a") } }],
    ["resourcePreEvent", { metadata: { op: "refresh", urn: urnOf("b") } }],
    ["resOutputsEvent", { metadata: { op: "delete", urn: urnOf("b"), new: null } }],
  ]);
});

const replacement: readonly DeploymentEvent[] = [
  { type: "step-started", step: step("same", thing("kept"), thing("kept")) },
  {
    type: "step-started",
    step: {
      ...step("create-replacement", thing("a"), thing("a")),
      replaceKeys: ["region"],
    },
  },
  {
    type: "step-finished",
    step: {
      ...step("replace", thing("a"), thing("a", { inputs: { key: new Secret("x"), x: unknown } })),
      replaceKeys: ["region"],
    },
  },
  { type: "diagnostic", severity: "error", message: "wrong", urn: undefined },
];

test("a preview is one document, with what changes, secrets masked", () => {
  const document: unknown = JSON.parse(tell("preview", { events: replacement }));
  assert.deepEqual(document, {
    config: { "p:plain": "1", "p:token": "[secret]" },
    steps: [
      {
        op: "replace",
        urn: urnOf("a"),
        oldState: { urn: urnOf("a"), custom: true, type: TYPE },
        newState: {
          urn: urnOf("a"),
          custom: true,
          type: TYPE,
          inputs: { key: "[secret]", x: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" },
        },
        replaceReasons: ["region"],
        detailedDiff: null,
      },
    ],
    diagnostics: [{ message: "error: wrong\n", severity: "error" }],
    duration: 1_200_000_000,
    changeSummary: { create: 1 },
  });
});

test("PULUMI_ENABLE_STREAMING_JSON_PREVIEW makes a preview a stream of events, too", () => {
  const environment = { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" };
  const events = parseLines(tell("preview", { events: replacement, environment }));
  assert.partialDeepStrictEqual(events[1], {
    resourcePreEvent: { metadata: { op: "same" }, planning: true },
  });
  assert.partialDeepStrictEqual(events.at(-2), { summaryEvent: { isPreview: true } });
});
