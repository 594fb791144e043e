/** Scenarios on this subject: components. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";

export const components: Chapter = {
  title: "Components",
  scenarios: [
    {
      name: "delete-order",
      about: "what depends goes first",
      actions: [
        {
          program: `const c = new Thing("c", { label: "1" });
const b = new Thing("b", { label: c.object }); const a = new Thing("a", { label: b.object });`,
        },
        { run: "up" },
        { program: `const c = new Thing("c", { label: "1" });` },
        { run: "up" },
        { run: "destroy" },
      ],
    },
  ],
};
