/** Scenarios on this subject: components. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";

export const components: Chapter = {
  title: "Components",
  scenarios: [
    {
      name: "delete-order",
      about: "what depends goes first",
      actions: [
        {
          program: `const c = new Thing("c", { label: "1" });
const b = new Thing("b", { label: c.object }); const a = new Thing("a", { label: b.object });`,
        },
        { run: "up" },
        { program: `const c = new Thing("c", { label: "1" });` },
        { run: "up" },
        { run: "destroy" },
      ],
    },
    {
      name: "move-between-parents",
      about: "from one component to another, with an alias",
      actions: [
        {
          program: `const g = new Group("g");
const h = new Group("h");
new Thing("a", { label: "1" }, { parent: g });`,
        },
        { run: "up" },
        {
          program: `const g = new Group("g");
const h = new Group("h");
new Thing("a", { label: "1" }, { parent: h, aliases: [{ parent: g }] });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "move-without-alias",
      about: "from one component to another: deleted and created",
      actions: [
        {
          program: `const g = new Group("g");
const h = new Group("h");
new Thing("a", { label: "1" }, { parent: g });`,
        },
        { run: "up" },
        {
          program: `const g = new Group("g");
const h = new Group("h");
new Thing("a", { label: "1" }, { parent: h });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "component-removed",
      about: "a component goes with its children",
      actions: [
        {
          program: `const g = new Group("g");
const a = new Thing("a", { label: "1" }, { parent: g });
new Thing("b", { label: a.object }, { parent: a });`,
        },
        { run: "up" },
        { program: `` },
        { run: "up" },
      ],
    },
    {
      name: "component-protects",
      about: "children are protected with their component, unless they say otherwise",
      actions: [
        {
          program: `const g = new Group("g", {}, { protect: true });
new Thing("a", { label: "1" }, { parent: g });
new Thing("b", { label: "1" }, { parent: g, protect: false });`,
        },
        { run: "up" },
        { program: `const g = new Group("g", {}, { protect: true });` },
        { run: "up" },
      ],
    },
    {
      name: "component-retains",
      about: "children are kept with their component, unless they say otherwise",
      actions: [
        {
          program: `const g = new Group("g", {}, { retainOnDelete: true });
new Thing("a", { label: "1" }, { parent: g });
new Thing("b", { label: "1" }, { parent: g, retainOnDelete: false });`,
        },
        { run: "up" },
        { run: "destroy" },
      ],
    },
    {
      name: "component-secret-outputs",
      about: "additionalSecretOutputs of a child, and of a component",
      actions: [
        {
          program: `const g = new Group("g", {}, { additionalSecretOutputs: ["out"] } as pulumi.ComponentResourceOptions);
const a = new Thing("a", { label: "1" }, { parent: g, additionalSecretOutputs: ["object"] });
g.finish({ out: "1", object: a.object });
export const object = a.object;`,
        },
        { run: "up" },
        { run: "preview" },
      ],
    },
    {
      name: "component-options",
      about: "options that mean little to a component",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" });
new Group("g", { x: 1, y: 1 }, { ignoreChanges: ["x"], replaceOnChanges: ["y"], deletedWith: a, customTimeouts: { create: "1m" } });`,
        },
        { run: "up" },
        {
          program: `const a = new Thing("a", { label: "1" });
new Group("g", { x: 2, y: 2 }, { ignoreChanges: ["x"], replaceOnChanges: ["y"], deletedWith: a });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "child-of-resource",
      about: "a child of a resource that is replaced",
      actions: [
        {
          program: `const a = new Thing("a", { region: "1" });
new Thing("b", { label: "1" }, { parent: a });`,
        },
        { run: "up" },
        {
          program: `const a = new Thing("a", { region: "2" });
new Thing("b", { label: "1" }, { parent: a });`,
        },
        { run: "up" },
      ],
    },
  ],
};
