/** Scenarios on this subject: refresh. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";

export const refresh: Chapter = {
  title: "Refresh",
  scenarios: [
    {
      name: "refresh-failed-read",
      about: "one read fails",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" });
new Thing("b", { label: a.object });`,
        },
        { run: "up" },
        { write: { "objects/a-1.json": '{"name":"a","label":"drifted"}' } },
        { faults: { b: "read" } },
        { run: "refresh" },
        { faults: {} },
        { run: "refresh" },
      ],
      differences: [
        {
          run: 2,
          in: ["diagnostics", "state"],
          embedded: "no message on the stack; empty property dependencies stay in the state",
          reason: "known",
        },
        {
          run: 3,
          in: ["state"],
          embedded: "empty property dependencies stay in the state",
          reason: "known",
        },
      ],
    },
  ],
};
