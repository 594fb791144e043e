/** Scenarios on this subject: hooks, which the engine calls before and after steps. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";

/** Hooks that note their calls among those of the provider, and one that fails. */
const HOOKS = `import * as fs from "node:fs";
const note = (what: string, onDryRun = false) => new pulumi.ResourceHook(what, async (args) => {
  const { urn, id, name, type, newInputs, oldInputs, newOutputs, oldOutputs } = args as unknown as Record<string, unknown>;
  const text = (value: unknown) => JSON.stringify(value, (key, item) => key === "__provider" ? undefined : item);
  fs.appendFileSync("requests.log", JSON.stringify([what, name, urn, id, type, text(newInputs), text(oldInputs), text(newOutputs), text(oldOutputs)]) + "\\n");
}, { onDryRun });
const before = note("before"), after = note("after"), dry = note("dry", true);
const failing = new pulumi.ResourceHook("failing", async () => { throw new Error("no such luck"); });
const hooks = { beforeCreate: [before, dry], afterCreate: [after], beforeUpdate: [before], afterUpdate: [after], beforeDelete: [before], afterDelete: [after] };
`;

export const hooks: Chapter = {
  title: "Hooks",
  scenarios: [
    {
      name: "hook-steps",
      about: "before and after a create, an update, a replacement, a delete",
      actions: [
        { program: `${HOOKS} new Thing("a", { label: "1", region: "eu" }, { hooks });` },
        { run: "preview" },
        { run: "up" },
        { program: `${HOOKS} new Thing("a", { label: "2", region: "eu" }, { hooks });` },
        { run: "up" },
        { program: `${HOOKS} new Thing("a", { label: "2", region: "us" }, { hooks });` },
        { run: "up" },
        { program: HOOKS },
        { run: "preview" },
        { run: "up" },
      ],
      handover: 2,
    },
    {
      name: "hook-component",
      about: "of a component, before it is created and when its outputs are registered",
      actions: [
        {
          program: `${HOOKS} const g = new Group("g", { size: 1 }, { hooks }); const a = new Thing("a", { label: "1" }, { parent: g }); g.finish({ x: a.object });`,
        },
        { run: "up" },
        {
          program: `${HOOKS} const g = new Group("g", { size: 2 }, { hooks }); const a = new Thing("a", { label: "1" }, { parent: g }); g.finish({ x: a.object });`,
        },
        { run: "up" },
        { program: HOOKS },
        { run: "up" },
      ],
    },
    {
      name: "hook-fails-before",
      about: "a hook before a step fails: the step is not taken",
      actions: [
        {
          program: `${HOOKS} const a = new Thing("a", { label: "1" }, { hooks: { beforeCreate: [failing] } }); new Thing("b", { label: a.object });`,
        },
        { run: "up" },
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        {
          program: `${HOOKS} new Thing("a", { label: "2" }, { hooks: { beforeUpdate: [failing], beforeDelete: [failing] } });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "hook-fails-after",
      about: "a hook after a step fails: the state has what was done",
      actions: [
        {
          program: `${HOOKS} const a = new Thing("a", { label: "1" }, { hooks: { afterCreate: [failing], afterDelete: [failing] } }); new Thing("b", { label: a.object });`,
        },
        { run: "up" },
        { program: HOOKS },
        { run: "up" },
      ],
    },
    {
      name: "hook-not-registered",
      about: "a hook of a delete that the program does not have: the resource stays",
      actions: [
        {
          program: `${HOOKS} const a = new Thing("a", { label: "1" }, { hooks: { beforeDelete: [before] } });`,
        },
        { run: "up" },
        { program: "" },
        { run: "preview" },
        { run: "up" },
        { run: "destroy" },
      ],
      differences: [
        {
          run: 4,
          in: ["diagnostics"],
          embedded: "says it only of the resource",
          reason: "the CLI adds that a flag lets destroy run the program, which is not there here",
        },
      ],
    },
    {
      name: "hook-ignored-errors",
      about: "a hook whose errors are ignored; a hook that is registered twice",
      actions: [
        {
          program: `const soft = new pulumi.ResourceHook("soft", async () => { throw new Error("no such luck"); }, { ignoreErrors: true });
new Thing("a", { label: "1" }, { hooks: { beforeCreate: [soft], afterCreate: [soft] } });`,
        },
        { run: "up" },
        {
          program: `new pulumi.ResourceHook("one", async () => undefined); const a = new Thing("a", { label: "1" }); a.urn.apply(() => new pulumi.ResourceHook("one", async () => undefined));`,
        },
        { run: "up" },
      ],
    },
    {
      name: "hook-on-error",
      about: "a hook that has a failed create tried again",
      actions: [
        {
          program: `import * as fs from "node:fs";
const again = new pulumi.ErrorHook("again", async (args) => {
  fs.appendFileSync("requests.log", JSON.stringify(["again", args.name, args.failedOperation, args.errors.length]) + "\\n");
  if (args.errors.length > 1) { fs.writeFileSync("faults.json", "{}"); }
  return true;
});
new Thing("a", { label: "1" }, { hooks: { onError: [again] } });`,
        },
        { faults: { a: "create" } },
        { run: "up" },
      ],
    },
  ],
};
