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
    {
      name: "reference-itself",
      about: "the outputs of the stack itself, from before",
      actions: [
        { program: `export const x = "1";` },
        { run: "up" },
        {
          program: `const self = new pulumi.StackReference("organization/fixture/dev");
export const x = "1";
export const before = self.getOutput("x");`,
        },
        { run: "up" },
        { run: "up" },
      ],
    },
    {
      name: "reference-short",
      about: "a short name",
      actions: [
        { program: `export const x = "1";` },
        { run: "up" },
        {
          program: `const self = new pulumi.StackReference("dev");
export const y = self.getOutput("x");`,
        },
        { run: "up" },
      ],
    },
    {
      name: "reference-missing",
      about: "a stack that does not exist",
      actions: [
        { program: `new pulumi.StackReference("organization/fixture/nowhere");` },
        { run: "preview" },
        { run: "up" },
      ],
    },
    {
      name: "reference-missing-output",
      about: "requireOutput of what is not there",
      actions: [
        {
          program: `const self = new pulumi.StackReference("organization/fixture/dev");
export const y = self.requireOutput("none");`,
        },
        { run: "up" },
      ],
    },
    {
      name: "reference-unknown",
      about: "a name that is not known yet in a preview",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" });
new pulumi.StackReference("r", { name: a.object.apply(() => "organization/fixture/dev") });`,
        },
        { run: "preview" },
        { run: "up" },
      ],
    },
    {
      name: "reference-refresh",
      about: "refresh renews a reference",
      actions: [
        { program: `export const x = "1";` },
        { run: "up" },
        {
          program: `const self = new pulumi.StackReference("organization/fixture/dev");
export const x = "2";`,
        },
        { run: "up" },
        { run: "refresh" },
      ],
    },
    {
      name: "reference-removed",
      about: "a reference that is no longer declared",
      actions: [
        { program: `new pulumi.StackReference("organization/fixture/dev");` },
        { run: "up" },
        { program: `` },
        { run: "up" },
      ],
    },
    {
      name: "reference-renamed",
      about: "a reference gets another name, and another one another stack",
      actions: [
        {
          program: `const one = new pulumi.StackReference("one", { name: "organization/fixture/dev" });
export const x = one.outputs;`,
        },
        { run: "up" },
        {
          program: `const two = new pulumi.StackReference("two", { name: "organization/fixture/dev" });
export const x = two.outputs;`,
        },
        { run: "preview" },
        { run: "up" },
        {
          program: `const two = new pulumi.StackReference("two", { name: "dev" }, { aliases: [{ name: "one" }] });
export const x = two.outputs;`,
        },
        { run: "up" },
      ],
    },
  ],
};
