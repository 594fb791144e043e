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
  ],
};
