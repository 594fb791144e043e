/** Create, no change, update, delete. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";

export const lifecycle: Chapter = {
  title: "Create, update, delete",
  scenarios: [
    {
      name: "create",
      about: "two resources, one of which needs the other, a component and outputs",
      actions: [
        {
          program: `
const a = new Thing("a", { label: "1" });
const g = new Group("g");
new Thing("b", { label: a.object }, { parent: g });
export const object = a.object;
`,
        },
        { run: "preview" },
        { run: "up" },
        { run: "up" },
        { run: "destroy" },
      ],
    },
    {
      name: "update",
      about: "a property changes, one comes, one goes",
      actions: [
        { program: `new Thing("a", { label: "1", size: 1 }); new Thing("b", { label: "b" });` },
        { run: "up" },
        {
          program: `new Thing("a", { label: "2", color: "red" }); new Thing("b", { label: "b" });`,
        },
        { run: "preview" },
        { run: "up" },
      ],
    },
    {
      name: "failed-create",
      about: "a resource cannot be created, its dependent waits",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" }); new Thing("b", { label: a.object });`,
        },
        { faults: { a: "create" } },
        { run: "up" },
        { faults: {} },
        { run: "up" },
      ],
    },
    {
      name: "replace-create-first",
      about: "a replacement that creates first, with a dependent that is updated",
      actions: [
        {
          program: `const a = new Thing("a", { region: "eu" }); new Thing("b", { label: a.object });`,
        },
        { run: "up" },
        {
          program: `const a = new Thing("a", { region: "us" }); new Thing("b", { label: a.object });`,
        },
        { run: "preview" },
        { run: "up" },
        { run: "destroy" },
      ],
    },
  ],
};
