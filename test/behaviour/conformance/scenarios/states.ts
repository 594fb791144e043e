/** Scenarios on this subject: states and locks. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";

/** The creation of a resource that was interrupted. */
const LOST = {
  type: "creating",
  resource: {
    urn: "urn:pulumi:dev::fixture::pulumi-nodejs:dynamic/test:Thing::lost",
    custom: true,
    type: "pulumi-nodejs:dynamic/test:Thing",
  },
};

export const states: Chapter = {
  title: "States and locks",
  scenarios: [
    {
      name: "state-newer",
      about: "a state of a newer version",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        { write: { ".pulumi/stacks/fixture/dev.json": '{"version": 99, "checkpoint": {}}' } },
        { run: "up" },
      ],
      handover: 1,
    },
    {
      name: "state-duplicate",
      about: "a resource twice in the state",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        {
          editState: (deployment) => {
            deployment.resources?.push({ ...deployment.resources.at(-1) });
          },
        },
        { run: "up" },
      ],
      handover: 1,
    },
    {
      name: "state-order",
      about: "a dependent before what it needs",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" });
new Thing("b", { label: a.object });`,
        },
        { run: "up" },
        {
          editState: (deployment) => {
            deployment.resources?.reverse();
          },
        },
        { run: "up" },
      ],
      handover: 1,
    },
    {
      name: "state-dangling",
      about: "a dependency that is not there",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        {
          editState: (deployment) => {
            Object.assign(deployment.resources?.at(-1) ?? {}, {
              dependencies: ["urn:pulumi:dev::fixture::pulumi-nodejs:dynamic/test:Thing::gone"],
            });
          },
        },
        { run: "up" },
      ],
      handover: 1,
    },
    {
      name: "state-pending",
      about: "a pending creation, kept until somebody clears it",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        {
          editState: (deployment) => {
            deployment.pending_operations = [LOST];
          },
        },
        { run: "up" },
        { run: "refresh" },
      ],
      handover: 1,
      differences: [
        {
          run: 3,
          in: ["diagnostics"],
          embedded: "warns of it in a refresh, too",
          reason:
            "the CLI asks on a terminal what to do about it, and says nothing elsewhere; here it is said what clears it",
        },
      ],
    },
    {
      name: "state-locked",
      about: "a lock of another machine",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        {
          write: {
            ".pulumi/locks/organization/fixture/dev/other.json":
              '{"pid": 1, "username": "else", "hostname": "elsewhere", "timestamp": "2026-01-02T03:04:05Z"}',
          },
        },
        { run: "up" },
        { run: "preview" },
      ],
      handover: 1,
    },
    {
      name: "state-pending-cleared",
      about: "refresh --clear-pending-creates forgets a pending creation",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        {
          editState: (deployment) => {
            deployment.pending_operations = [LOST];
          },
        },
        { run: "refresh", args: ["--clear-pending-creates"] },
      ],
      handover: 1,
    },
    {
      name: "state-pending-update",
      about: "a pending update: warned of, and cleared by a refresh",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        {
          editState: (deployment) => {
            deployment.pending_operations = [
              { type: "updating", resource: { ...deployment.resources?.at(-1) } },
            ];
          },
        },
        { run: "preview" },
        { run: "refresh" },
      ],
      handover: 1,
      differences: [
        {
          run: 3,
          in: ["diagnostics"],
          embedded: "warns of it in a refresh, too",
          reason: "who refreshes is told which of the resources may have been left half done",
        },
      ],
    },
    {
      name: "state-other-package",
      about: "a resource of another package in the state, that the program no longer declares",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" }); new Thing("b", { label: a.object });`,
        },
        { run: "up" },
        {
          editState: (deployment) => {
            const provider = {
              urn: "urn:pulumi:dev::fixture::pulumi:providers:other::default",
              custom: true,
              id: "00000000-0000-4000-8000-00000000000a",
              type: "pulumi:providers:other",
            };
            deployment.resources?.push(provider, {
              urn: "urn:pulumi:dev::fixture::other:index:Other::x",
              custom: true,
              id: "x",
              type: "other:index:Other",
              provider: `${provider.urn}::${provider.id}`,
            });
          },
        },
        { run: "destroy" },
      ],
      handover: 1,
    },
    {
      name: "custom-to-component",
      about: "a custom resource becomes a component of the same URN, and a custom one again",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        { program: `new pulumi.ComponentResource("pulumi-nodejs:dynamic/test:Thing", "a");` },
        { run: "up" },
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
      ],
    },
    {
      name: "hundred",
      about: "a hundred resources, eight at a time, in chains of two",
      actions: [
        {
          program: `for (let i = 0; i < 50; i += 1) { const first = new Thing(\`a\${i}\`, { label: "1" }); new Thing(\`b\${i}\`, { label: first.object }); }`,
        },
        { run: "up", parallel: 8 },
        { run: "destroy", parallel: 8 },
      ],
      handover: false,
    },
    {
      name: "failed-check",
      about: "check refuses a property",
      actions: [{ program: `new Thing("a", { label: "" });` }, { run: "preview" }, { run: "up" }],
    },
    {
      name: "failed-diff",
      about: "diff throws",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        { faults: { a: "diff" } },
        { run: "up" },
      ],
    },
    {
      name: "program-syntax-error",
      about: "a program that does not parse",
      actions: [{ program: `const = ;` }, { run: "preview" }],
    },
  ],
};
