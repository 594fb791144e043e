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
  ],
};
