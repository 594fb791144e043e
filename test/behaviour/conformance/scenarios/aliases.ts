/** Scenarios on this subject: aliases. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";

export const aliases: Chapter = {
  title: "Aliases",
  scenarios: [
    {
      name: "alias-type",
      about: "another type, of a component",
      actions: [
        { program: `new pulumi.ComponentResource("test:index:Old", "g");` },
        { run: "up" },
        {
          program: `new pulumi.ComponentResource("test:index:New", "g", {}, { aliases: [{ type: "test:index:Old" }] });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "alias-conflict",
      about: "an alias of a resource that is declared, too",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        {
          program: `new Thing("b", { label: "1" }, { aliases: [{ name: "a" }] }); new Thing("a", { label: "1" });`,
        },
        { run: "up" },
      ],
      differences: [
        {
          run: 2,
          in: ["calls", "steps"],
          embedded:
            "refuses the alias before the provider has checked its resource, and tells no step of the other one",
          reason: "known",
        },
      ],
    },
  ],
};
