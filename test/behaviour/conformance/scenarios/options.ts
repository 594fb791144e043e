/** Scenarios on this subject: options of resources. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";

export const options: Chapter = {
  title: "Options of resources",
  scenarios: [
    {
      name: "protect-destroy",
      about: "destroy with a protected resource deletes nothing",
      actions: [
        {
          program: `new Thing("a", { label: "1" }, { protect: true });
new Thing("b", { label: "b" });`,
        },
        { run: "up" },
        { run: "destroy" },
      ],
    },
    {
      name: "ignore-changes-nested",
      about: "ignoreChanges of a part of an object",
      actions: [
        { program: `new Thing("a", { box: { x: 1, y: 1 } });` },
        { run: "up" },
        { program: `new Thing("a", { box: { x: 2, y: 2 } }, { ignoreChanges: ["box.x"] });` },
        { run: "up" },
      ],
    },
    {
      name: "protect-delete",
      about: "a protected resource is not deleted",
      actions: [
        { program: `new Thing("a", { label: "1" }, { protect: true });` },
        { run: "up" },
        { program: `` },
        { run: "preview" },
        { run: "up" },
      ],
    },
    {
      name: "protect-replace",
      about: "a protected resource is not replaced",
      actions: [
        { program: `new Thing("a", { region: "1" }, { protect: true });` },
        { run: "up" },
        { program: `new Thing("a", { region: "2" }, { protect: true });` },
        { run: "up" },
      ],
    },
    {
      name: "retain-on-delete",
      about: "a retained object is not deleted",
      actions: [
        { program: `new Thing("a", { label: "1" }, { retainOnDelete: true });` },
        { run: "up" },
        { program: `` },
        { run: "up" },
      ],
    },
    {
      name: "retain-on-replace",
      about: "a retained object is replaced",
      actions: [
        { program: `new Thing("a", { region: "1" }, { retainOnDelete: true });` },
        { run: "up" },
        { program: `new Thing("a", { region: "2" }, { retainOnDelete: true });` },
        { run: "up" },
      ],
    },
    {
      name: "ignore-changes-list",
      about: "ignoreChanges of an item of a list, and of all",
      actions: [
        {
          program: `new Thing("a", { list: [1, 2] });
new Thing("b", { list: [{ x: 1, y: 1 }, { x: 1, y: 1 }] });`,
        },
        { run: "up" },
        {
          program: `new Thing("a", { list: [3, 4] }, { ignoreChanges: ["list[0]"] });
new Thing("b", { list: [{ x: 2, y: 2 }, { x: 3, y: 3 }] }, { ignoreChanges: ["list[*].x"] });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "ignore-changes-added",
      about: "ignoreChanges of a property that is new, and of one that goes",
      actions: [
        { program: `new Thing("a", { label: "1", old: 1 });` },
        { run: "up" },
        {
          program: `new Thing("a", { label: "1", added: 1 }, { ignoreChanges: ["added", "old"] });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "additional-secret-outputs",
      about: "additionalSecretOutputs",
      actions: [
        { program: `new Thing("a", { label: "1" }, { additionalSecretOutputs: ["object"] });` },
        { run: "up" },
        { run: "up" },
      ],
    },
    {
      name: "depends-on-component",
      about: "dependsOn a component waits for its children",
      actions: [
        {
          program: `const g = new Group("g");
new Thing("z", { label: "z" }, { parent: g });
g.finish({});
new Thing("a", { label: "a" }, { dependsOn: [g] });`,
        },
        { run: "up" },
        { run: "destroy" },
      ],
    },
    {
      name: "protect-removed",
      about: "protected no longer, then deleted",
      actions: [
        { program: `new Thing("a", { label: "1" }, { protect: true });` },
        { run: "up" },
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        { program: `` },
        { run: "up" },
      ],
    },
    {
      name: "retain-on-replace-first",
      about: "a retained object is replaced, deleting first",
      actions: [
        { program: `new Thing("a", { zone: "1" }, { retainOnDelete: true });` },
        { run: "up" },
        { program: `new Thing("a", { zone: "2" }, { retainOnDelete: true });` },
        { run: "up" },
      ],
    },
    {
      name: "deleted-with",
      about: "what goes with another object is not deleted by itself",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" });
new Thing("b", { label: "1" }, { deletedWith: a });`,
        },
        { run: "up" },
        { program: `` },
        { run: "up" },
      ],
    },
    {
      name: "deleted-with-alone",
      about: "what goes with another object is deleted if that stays",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" });
new Thing("b", { label: "1" }, { deletedWith: a });`,
        },
        { run: "up" },
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
      ],
    },
    {
      name: "deleted-with-replaced-first",
      about: "the same, deleting first",
      actions: [
        {
          program: `const a = new Thing("a", { zone: "1" });
new Thing("b", { label: "1" }, { deletedWith: a });`,
        },
        { run: "up" },
        {
          program: `const a = new Thing("a", { zone: "2" });
new Thing("b", { label: "1" }, { deletedWith: a });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "ignore-changes-all",
      about: "ignoreChanges with wildcards",
      actions: [
        {
          program: `new Thing("a", { tags: { x: 1, y: 1 } });
new Thing("b", { label: "1", list: [1] });`,
        },
        { run: "up" },
        {
          program: `new Thing("a", { tags: { x: 2, z: 1 } }, { ignoreChanges: ['tags["*"]'] });
new Thing("b", { label: "2", list: [1, 2] }, { ignoreChanges: ["*"] });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "ignore-changes-list-length",
      about: "ignoreChanges of items that come and go",
      actions: [
        {
          program: `new Thing("a", { list: [{ x: 1 }, { x: 1 }] });
new Thing("b", { list: [{ x: 1 }] });`,
        },
        { run: "up" },
        {
          program: `new Thing("a", { list: [{ x: 2 }] }, { ignoreChanges: ["list[*].x"] });
new Thing("b", { list: [{ x: 2 }, { x: 2 }] }, { ignoreChanges: ["list[*].x"] });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "ignore-changes-replacement",
      about: "ignoreChanges of a property whose change would replace",
      actions: [
        { program: `new Thing("a", { region: "1", label: "1" });` },
        { run: "up" },
        { program: `new Thing("a", { region: "2", label: "2" }, { ignoreChanges: ["region"] });` },
        { run: "up" },
      ],
    },
    {
      name: "custom-timeouts",
      about: "customTimeouts are kept, and change without a step",
      actions: [
        {
          program: `new Thing("a", { label: "1" }, { customTimeouts: { create: "5m", delete: "1h30m" } });`,
        },
        { run: "up" },
        { program: `new Thing("a", { label: "1" }, { customTimeouts: { update: "30s" } });` },
        { run: "up" },
      ],
    },
    {
      name: "depends-on-gone",
      about: "a dependency that is no longer declared",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" });
const b = new Thing("b", { label: "1" }, { dependsOn: [a] });
new Thing("c", { label: b.object });`,
        },
        { run: "up" },
        {
          program: `const a = new Thing("a2", { label: "1" });
const b = new Thing("b", { label: "1" }, { dependsOn: [a] });
new Thing("c", { label: b.object });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "import",
      about: "the option import",
      actions: [
        { program: `new Thing("a", { label: "1" }, { import: "a-7" });` },
        { write: { "objects/a-7.json": `{"name":"a","label":"1"}` } },
        { run: "up" },
      ],
      handover: false,
      differences: [
        {
          run: 1,
          in: ["diagnostics", "state"],
          embedded: "refuses the option by name, before the provider is registered",
          reason: "the CLI cannot import a dynamic resource either, and says so less plainly",
        },
      ],
    },
    {
      name: "delete-before-replace",
      about: "deleteBeforeReplace, with a dependent",
      actions: [
        {
          program: `const a = new Thing("a", { region: "1" }, { deleteBeforeReplace: true });
new Thing("b", { region: a.object });`,
        },
        { run: "up" },
        {
          program: `const a = new Thing("a", { region: "2" }, { deleteBeforeReplace: true });
new Thing("b", { region: a.object });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "replace-with",
      about: "replaceWith: a resource that is replaced when another one is, in both orders",
      actions: [
        {
          program: `const a = new Thing("a", { region: "eu", zone: "1" });
const b = new Thing("b", { label: "1" }, { replaceWith: [a] });
new Thing("c", { label: b.object });`,
        },
        { run: "up" },
        {
          program: `const a = new Thing("a", { region: "us", zone: "1" });
const b = new Thing("b", { label: "1" }, { replaceWith: [a] });
new Thing("c", { label: b.object });`,
        },
        { run: "preview" },
        { run: "up" },
        {
          program: `const a = new Thing("a", { region: "us", zone: "2" });
const b = new Thing("b", { label: "1" }, { replaceWith: [a] });
new Thing("c", { label: b.object });`,
        },
        { run: "up" },
      ],
      handover: 1,
    },
    {
      name: "replacement-trigger",
      about: "replacementTrigger: set, changed, taken away",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        { program: `new Thing("a", { label: "1" }, { replacementTrigger: "x" });` },
        { run: "up" },
        {
          program: `new Thing("a", { label: "1" }, { replacementTrigger: pulumi.secret({ x: [1] }) });`,
        },
        { run: "preview" },
        { run: "up" },
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
      ],
    },
    {
      name: "invoke",
      about: "a function of a provider",
      actions: [
        {
          program: `export const x = pulumi.runtime.invoke("pulumi-nodejs:index:ask", { question: 1 });`,
        },
        { run: "preview" },
      ],
      handover: false,
    },
  ],
};
