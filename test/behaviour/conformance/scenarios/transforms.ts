/** Scenarios on this subject: transforms, which rewrite resources before the engine sees them. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";

/** Adds to a label which transforms it went through. */
const MARKING = `const mark = (text: string): pulumi.ResourceTransform => (args) =>
  args.props.label === undefined ? undefined : { props: { ...args.props, label: pulumi.interpolate\`\${args.props.label} \${text}\` }, opts: args.opts };
`;

export const transforms: Chapter = {
  title: "Transforms",
  scenarios: [
    {
      name: "transform-order",
      about: "of a resource, of its parents, of the stack, in this order",
      actions: [
        {
          program: `${MARKING}
pulumi.runtime.registerResourceTransform(mark("stack"));
const outer = new Group("outer", {}, { transforms: [mark("outer")] });
const inner = new Group("inner", {}, { parent: outer, transforms: [mark("inner")] });
new Thing("a", { label: "1" }, { parent: inner, transforms: [mark("first"), mark("second")] });
new Thing("b", { label: "1" });`,
        },
        { run: "preview" },
        { run: "up" },
        {
          program: `${MARKING}
const outer = new Group("outer", {}, { transforms: [mark("outer")] });
const inner = new Group("inner", {}, { parent: outer });
new Thing("a", { label: "1" }, { parent: inner });
new Thing("b", { label: "1" });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "transform-options",
      about:
        "what is set: protect, ignoreChanges, dependsOn, aliases, retainOnDelete, secret outputs, deleteBeforeReplace",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" });
new Thing("old", { label: "1", region: "eu", secret: "s" });`,
        },
        { run: "up" },
        {
          program: `const a = new Thing("a", { label: "1" });
new Thing("b", { label: "2", region: "us", secret: "s" }, { transforms: [(args) => ({
  props: args.props,
  opts: pulumi.mergeOptions(args.opts, { protect: true, ignoreChanges: ["label"], dependsOn: [a], aliases: [{ name: "old" }],
    deleteBeforeReplace: true, additionalSecretOutputs: ["secret"], customTimeouts: { create: "5m" } }),
})] });`,
        },
        { run: "preview" },
        {
          program: `const a = new Thing("a", { label: "1" });
new Thing("b", { label: "2", region: "us", secret: "s" }, { transforms: [(args) => ({
  props: args.props,
  opts: pulumi.mergeOptions(args.opts, { protect: false, retainOnDelete: true, ignoreChanges: ["label"], dependsOn: [a], aliases: [{ name: "old" }],
    deleteBeforeReplace: true, additionalSecretOutputs: ["secret"], customTimeouts: { create: "5m" } }),
})] });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "transform-values",
      about: "secrets, unknown values and what they depend on, passed on and made by a transform",
      actions: [
        {
          program: `const pass: pulumi.ResourceTransform = (args) => ({ props: args.props, opts: args.opts });
const a = new Thing("a", { label: "1", secret: pulumi.secret("s"), nested: { x: pulumi.secret("t"), y: [1, null] } }, { transforms: [pass] });
new Thing("b", { label: a.object }, { transforms: [() => undefined] });
new Thing("c", { label: a.object, size: 1 }, { transforms: [pass] });
new Thing("d", { label: "1" }, { transforms: [(args) => ({ props: { ...args.props, label: a.object, secret: pulumi.secret("u") }, opts: args.opts })] });`,
        },
        { run: "preview" },
        { run: "up" },
      ],
    },
    {
      name: "transform-stack-values",
      about: "a stack's transform sees a value that is not known yet, and depends on it",
      actions: [
        {
          program: `pulumi.runtime.registerResourceTransform((args) => args.type.startsWith("pulumi:") ? undefined : { props: { ...args.props, extra: "x" }, opts: args.opts });
const a = new Thing("a", { label: pulumi.secret("1") });
new Thing("b", { label: a.object });
new Group("g", { size: 1 });`,
        },
        { run: "preview" },
        { run: "up" },
      ],
    },
    {
      name: "transform-throws",
      about: "a transform fails",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" });
new Thing("b", { label: a.object }, { transforms: [() => { throw new Error("no such luck"); }] });`,
        },
        { run: "preview" },
        { run: "up" },
      ],
    },
  ],
};
