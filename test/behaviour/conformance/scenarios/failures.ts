/** Scenarios on this subject: failures. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";

export const failures: Chapter = {
  title: "Failures",
  scenarios: [
    {
      name: "init-failed",
      about: "created, but not ready: kept, and updated the next time",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { faults: { a: "partial" } },
        { run: "up" },
        { faults: {} },
        { run: "up" },
      ],
    },
    {
      name: "failed-update",
      about: "an update fails: inputs and outputs stay as they were",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        { program: `new Thing("a", { label: "2" });` },
        { faults: { a: "update" } },
        { run: "up" },
        { faults: {} },
        { run: "up" },
      ],
    },
    {
      name: "failed-delete",
      about: "a delete fails: the resource stays",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        { program: `` },
        { faults: { a: "delete" } },
        { run: "up" },
        { faults: {} },
        { run: "up" },
      ],
    },
    {
      name: "failed-destroy",
      about: "destroy stops at the first failure",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" });
new Thing("b", { label: a.object });`,
        },
        { run: "up" },
        { faults: { b: "delete" } },
        { run: "destroy" },
        { faults: {} },
        { run: "destroy" },
      ],
    },
    {
      name: "init-failed-update",
      about: "an update that leaves the resource not ready",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        { program: `new Thing("a", { label: "2" });` },
        { faults: { a: "partial" } },
        { run: "up" },
        { faults: {} },
        { run: "up" },
      ],
    },
    {
      name: "failed-create-component",
      about: "a child of a component fails, its sibling depends on it",
      actions: [
        {
          program: `const g = new Group("g");
const a = new Thing("a", { label: "1" }, { parent: g });
new Thing("b", { label: a.object }, { parent: g });`,
        },
        { faults: { a: "create" } },
        { run: "up" },
        { faults: {} },
        { run: "up" },
      ],
    },
    {
      name: "diff-fails",
      about: "a comparison fails",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        { faults: { a: "diff" } },
        { program: `new Thing("a", { label: "2" });` },
        { run: "preview" },
        { run: "up" },
      ],
    },
    {
      name: "code",
      about: "a create whose outcome is unknown",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { faults: { a: "code" } },
        { run: "up" },
        { faults: {} },
        { run: "up" },
      ],
    },
  ],
};
