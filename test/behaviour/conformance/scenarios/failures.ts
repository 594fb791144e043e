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
  ],
};
