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
          in: ["diagnostics"],
          embedded: "the failed read is told once, as an error",
          reason:
            "the CLI shows, too, what the SDK prints of it on the provider's standard error; that is the same once more, with a stack trace",
        },
      ],
    },
  ],
};
