/** Scenarios on this subject: states and locks. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";

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
            deployment.pending_operations = [
              {
                type: "creating",
                resource: {
                  urn: "urn:pulumi:dev::fixture::pulumi-nodejs:dynamic/test:Thing::lost",
                  custom: true,
                  type: "pulumi-nodejs:dynamic/test:Thing",
                },
              },
            ];
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
  ],
};
