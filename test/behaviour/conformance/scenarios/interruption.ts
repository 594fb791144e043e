/** Operations that are stopped in the middle of a step: by Ctrl-C once and twice, and by kill -9. */
import type { Chapter, Difference } from "../../../tools/conformance/scenario.ts";

const TWICE: Difference = {
  run: 1,
  in: ["diagnostics"],
  embedded: "an error about the step, too",
  reason: "known",
};

export const interruption: Chapter = {
  title: "Interruption",
  scenarios: [
    {
      name: "interrupt-sigkill-create",
      about: "the engine is killed in the middle of a create",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" }); new Thing("b", { label: a.object });`,
        },
        { faults: { b: "hang" } },
        { run: "up", interrupt: ["SIGKILL"] },
        { faults: {} },
        { unlock: true },
        { run: "up" },
      ],
    },
    {
      name: "interrupt-once-create",
      about: "one Ctrl-C in the middle of a create",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" }); const b = new Thing("b", { label: a.object }); new Thing("c", { label: b.object });`,
        },
        { faults: { b: "hang" } },
        { run: "up", interrupt: ["SIGINT"] },
        { faults: {} },
        { run: "up" },
      ],
    },
    {
      name: "interrupt-twice-create",
      about: "Ctrl-C twice in the middle of a create",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" }); const b = new Thing("b", { label: a.object }); new Thing("c", { label: b.object });`,
        },
        { faults: { b: "hang" } },
        { run: "up", interrupt: ["SIGINT", "SIGINT"] },
        { faults: {} },
        { unlock: true },
        { run: "up" },
      ],
      differences: [TWICE],
    },
  ],
};
