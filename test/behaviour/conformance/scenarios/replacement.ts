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
  ],
};
