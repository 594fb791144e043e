/** Scenarios on this subject: stack references. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";

export const references: Chapter = {
  title: "Stack references",
  scenarios: [
    {
      name: "reference-secret",
      about: "a secret output stays secret",
      actions: [
        { program: `export const x = pulumi.secret("1");` },
        { run: "up" },
        {
          program: `const self = new pulumi.StackReference("organization/fixture/dev"); export const y = self.getOutput("x"); export const z = self.outputs;`,
        },
        { run: "up" },
      ],
    },
  ],
};
