/** Scenarios on this subject: aliases. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";

/** A resource of another type than `Thing`, with the same provider. */
const OTHER = `class Other extends pulumi.CustomResource {
  constructor(name: string, args: object) {
    const provider = 'exports.handler = () => require("node:module").createRequire(process.cwd() + "/")("./handler.cjs")';
    super("pulumi-nodejs:dynamic/test:Other", name, { name, ...args, object: undefined, __provider: provider });
  }
}`;

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
          program: `const a = new Thing("a", { label: "1" }); new Thing("b", { label: a.object }, { aliases: [{ name: "a" }] });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "alias-name",
      about: "another name",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        { program: `new Thing("b", { label: "1" }, { aliases: [{ name: "a" }] });` },
        { run: "preview" },
        { run: "up" },
      ],
    },
    {
      name: "alias-urn",
      about: "a whole URN",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        {
          program: `new Thing("b", { label: "1" }, { aliases: ["urn:pulumi:dev::fixture::pulumi-nodejs:dynamic/test:Thing::a"] });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "alias-project",
      about: "another project and stack",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        {
          editState: (deployment) => {
            deployment.resources?.forEach((resource) =>
              Object.assign(
                resource,
                JSON.parse(
                  JSON.stringify(resource).replaceAll(
                    "dev::fixture::pulumi-nodejs",
                    "old::other::pulumi-nodejs",
                  ),
                ),
              ),
            );
          },
        },
        {
          program: `new Thing("a", { label: "1" }, { aliases: [{ project: "other", stack: "old" }] });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "alias-parent",
      about: "into a component",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        {
          program: `const g = new Group("g");
new Thing("a", { label: "1" }, { parent: g, aliases: [{ parent: pulumi.rootStackResource }] });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "alias-no-parent",
      about: "out of a component",
      actions: [
        {
          program: `const g = new Group("g");
new Thing("a", { label: "1" }, { parent: g });`,
        },
        { run: "up" },
        {
          program: `new Thing("a", { label: "1" }, { aliases: ["urn:pulumi:dev::fixture::test:index:Group$pulumi-nodejs:dynamic/test:Thing::a"] });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "alias-component-renamed",
      about: "a renamed component takes its children along",
      actions: [
        {
          program: `const g = new Group("g");
new Thing("a", { label: "1" }, { parent: g });`,
        },
        { run: "up" },
        {
          program: `const g = new Group("h", {}, { aliases: [{ name: "g" }] });
new Thing("a", { label: "1" }, { parent: g });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "alias-child-named-after-parent",
      about: "a child that is named after its component",
      actions: [
        {
          program: `const g = new Group("g");
new Thing("g-a", { label: "1" }, { parent: g });`,
        },
        { run: "up" },
        {
          program: `const g = new Group("h", {}, { aliases: [{ name: "g" }] });
new Thing("h-a", { label: "1" }, { parent: g });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "alias-everything",
      about: "parent, type, name, project and stack at once",
      actions: [
        {
          program: `const g = new Group("g");
new pulumi.ComponentResource("test:index:Old", "old", {}, { parent: g });`,
        },
        { run: "up" },
        {
          editState: (deployment) => {
            const text = JSON.stringify(deployment.resources).replaceAll(
              "dev::fixture::",
              "past::other::",
            );
            deployment.resources = JSON.parse(
              text.replaceAll(
                "past::other::pulumi:pulumi:Stack",
                "dev::fixture::pulumi:pulumi:Stack",
              ),
            );
          },
        },
        {
          program: `const parent = "urn:pulumi:past::other::test:index:Group::g";
new pulumi.ComponentResource("test:index:New", "new", {}, { aliases: [{ name: "old", type: "test:index:Old", parent, project: "other", stack: "past" }] });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "alias-custom-type",
      about: "another type, of a resource",
      actions: [
        {
          program: `${OTHER}
new Other("a", { label: "1" });`,
        },
        { run: "up" },
        {
          program: `new Thing("a", { label: "2" }, { aliases: [{ type: "pulumi-nodejs:dynamic/test:Other" }] });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "alias-nested",
      about: "a renamed component above two others takes all below along",
      actions: [
        {
          program: `const g = new Group("g");
const h = new Group("h", {}, { parent: g });
const i = new Group("i", {}, { parent: h });
new Thing("a", { label: "1" }, { parent: i });`,
        },
        { run: "up" },
        {
          program: `const g = new Group("g2", {}, { aliases: [{ name: "g" }] });
const h = new Group("h", {}, { parent: g });
const i = new Group("i2", {}, { parent: h, aliases: [{ name: "i" }] });
new Thing("b", { label: "1" }, { parent: i, aliases: [{ name: "a" }] });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "alias-first-of-two",
      about: "of two aliases the first that exists counts; the other resource goes",
      actions: [
        {
          program: `new Thing("a", { label: "1" });
new Thing("b", { label: "1" });`,
        },
        { run: "up" },
        {
          program: `new Thing("c", { label: "1" }, { aliases: [{ name: "gone" }, { name: "b" }, { name: "a" }] });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "alias-taken",
      about: "a resource whose state an alias has taken",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        {
          program: `const b = new Thing("b", { label: "1" }, { aliases: [{ name: "a" }] });
new Thing("a", { label: b.object });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "alias-claimed-twice",
      about: "two resources with the same alias",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        {
          program: `const b = new Thing("b", { label: "1" }, { aliases: [{ name: "a" }] });
new Thing("c", { label: b.object }, { aliases: [{ name: "a" }] });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "alias-replaced",
      about: "a renamed resource that is replaced, with a dependent",
      actions: [
        {
          program: `const a = new Thing("a", { region: "1" });
new Thing("d", { label: a.object });`,
        },
        { run: "up" },
        {
          program: `const a = new Thing("b", { region: "2" }, { aliases: [{ name: "a" }] });
new Thing("d", { label: a.object });`,
        },
        { run: "up" },
      ],
    },
  ],
};
