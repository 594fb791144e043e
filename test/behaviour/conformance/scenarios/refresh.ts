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
    {
      name: "refresh-nothing",
      about: "nothing has changed",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" });
new Thing("b", { label: a.object });`,
        },
        { run: "up" },
        { run: "refresh" },
        { run: "preview" },
      ],
    },
    {
      name: "refresh-drift",
      about: "a property differs in the world; the next up repairs it",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        { write: { "objects/a-1.json": '{"name":"a","label":"drifted"}' } },
        { run: "refresh" },
        { run: "preview" },
        { run: "up" },
      ],
    },
    {
      name: "refresh-loss",
      about: "an object is gone; its dependent stays",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" });
new Thing("b", { label: a.object });`,
        },
        { run: "up" },
        { remove: ["objects/a-1.json"] },
        { run: "refresh" },
        { run: "up" },
      ],
    },
    {
      name: "refresh-protected-loss",
      about: "a protected object is gone",
      actions: [
        { program: `new Thing("a", { label: "1" }, { protect: true });` },
        { run: "up" },
        { remove: ["objects/a-1.json"] },
        { run: "refresh" },
      ],
    },
    {
      name: "refresh-component",
      about: "resources in components",
      actions: [
        {
          program: `const g = new Group("g");
new Thing("a", { label: "1" }, { parent: g });`,
        },
        { run: "up" },
        { write: { "objects/a-1.json": '{"name":"a","label":"drifted"}' } },
        { run: "refresh" },
      ],
    },
  ],
};
