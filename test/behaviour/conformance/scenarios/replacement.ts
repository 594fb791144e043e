/** Scenarios on this subject: replacement. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";

export const replacement: Chapter = {
  title: "Replacement",
  scenarios: [
    {
      name: "replace-delete-first-dependent",
      about: "a dependent that the change replaces goes first and comes back last",
      actions: [
        {
          program: `const a = new Thing("a", { zone: "1" });
new Thing("b", { region: a.object });`,
        },
        { run: "up" },
        {
          program: `const a = new Thing("a", { zone: "2" });
new Thing("b", { region: a.object });`,
        },
        { run: "preview" },
        { run: "up" },
      ],
    },
    {
      name: "replace-delete-first-option",
      about: "deleteBeforeReplace of the program",
      actions: [
        { program: `new Thing("a", { region: "1" }, { deleteBeforeReplace: true });` },
        { run: "up" },
        { program: `new Thing("a", { region: "2" }, { deleteBeforeReplace: true });` },
        { run: "up" },
      ],
    },
    {
      name: "replace-on-changes-nested",
      about: "replaceOnChanges of one part of an object, when another changes",
      actions: [
        { program: `new Thing("a", { box: { x: 1, y: 1 } }, { replaceOnChanges: ["box.x"] });` },
        { run: "up" },
        { program: `new Thing("a", { box: { x: 1, y: 2 } }, { replaceOnChanges: ["box.x"] });` },
        { run: "up" },
      ],
    },
    {
      name: "replace-delete-first",
      about: "the provider wants the old one deleted first; a dependent is updated",
      actions: [
        {
          program: `const a = new Thing("a", { zone: "1" });
new Thing("b", { label: a.object });`,
        },
        { run: "up" },
        {
          program: `const a = new Thing("a", { zone: "2" });
new Thing("b", { label: a.object });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "replace-create-fails",
      about: "the new one cannot be created: the old one stays",
      actions: [
        {
          program: `const a = new Thing("a", { region: "eu" });
new Thing("b", { label: a.object });`,
        },
        { run: "up" },
        {
          program: `const a = new Thing("a", { region: "us" });
new Thing("b", { label: a.object });`,
        },
        { faults: { a: "create" } },
        { run: "up" },
        { faults: {} },
        { run: "up" },
      ],
    },
    {
      name: "replace-delete-fails",
      about: "the old one cannot be deleted: it is kept and deleted the next time",
      actions: [
        { program: `const a = new Thing("a", { region: "eu" });` },
        { run: "up" },
        { program: `const a = new Thing("a", { region: "us" });` },
        { faults: { a: "delete" } },
        { run: "up" },
        { faults: {} },
        { run: "up" },
      ],
    },
    {
      name: "replace-delete-first-create-fails",
      about: "deleted, and then not created: the next up creates it",
      actions: [
        { program: `const a = new Thing("a", { zone: "1" });` },
        { run: "up" },
        { program: `const a = new Thing("a", { zone: "2" });` },
        { faults: { a: "create" } },
        { run: "up" },
        { faults: {} },
        { run: "up" },
      ],
    },
    {
      name: "replace-on-changes",
      about: "replaceOnChanges with a property that the provider would update",
      actions: [
        { program: `new Thing("a", { label: "1" }, { replaceOnChanges: ["label"] });` },
        { run: "up" },
        { program: `new Thing("a", { label: "2" }, { replaceOnChanges: ["label"] });` },
        { run: "up" },
      ],
    },
    {
      name: "replace-on-changes-all",
      about: 'replaceOnChanges: ["*"]',
      actions: [
        { program: `new Thing("a", { label: "1" }, { replaceOnChanges: ["*"] });` },
        { run: "up" },
        { program: `new Thing("a", { label: "2" }, { replaceOnChanges: ["*"] });` },
        { run: "up" },
      ],
    },
    {
      name: "replace-on-changes-list",
      about: "replaceOnChanges in every item of a list",
      actions: [
        {
          program: `new Thing("a", { list: [{ x: 1, y: 1 }] }, { replaceOnChanges: ["list[*].x"] });`,
        },
        { run: "up" },
        {
          program: `new Thing("a", { list: [{ x: 2, y: 1 }] }, { replaceOnChanges: ["list[*].x"] });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "deleted-with-replaced",
      about: "deletedWith, when its target is replaced",
      actions: [
        {
          program: `const a = new Thing("a", { region: "1" });
new Thing("b", { label: "b" }, { deletedWith: a });`,
        },
        { run: "up" },
        {
          program: `const a = new Thing("a", { region: "2" });
new Thing("b", { label: "b" }, { deletedWith: a });`,
        },
        { run: "up" },
      ],
    },
  ],
};
