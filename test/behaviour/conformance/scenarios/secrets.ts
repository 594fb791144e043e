/** Scenarios on this subject: secrets and unknown values. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";

export const secrets: Chapter = {
  title: "Secrets and unknown values",
  scenarios: [
    {
      name: "secret-input",
      about: "a secret property: encrypted, and given to the provider as it is",
      actions: [
        { program: `new Thing("a", { label: pulumi.secret("hush") });` },
        { run: "up" },
        { run: "up" },
        { program: `new Thing("a", { label: pulumi.secret("other") });` },
        { run: "up" },
      ],
    },
    {
      name: "secret-nested",
      about: "secrets in objects and lists",
      actions: [
        {
          program: `new Thing("a", { box: { x: pulumi.secret("hush"), y: [pulumi.secret(1)] } });`,
        },
        { run: "up" },
        { run: "up" },
      ],
    },
    {
      name: "secret-to-plain",
      about: "a secret becomes plain, with the same value",
      actions: [
        { program: `new Thing("a", { label: pulumi.secret("hush") });` },
        { run: "up" },
        { program: `new Thing("a", { label: "hush" });` },
        { run: "up" },
      ],
    },
    {
      name: "secret-output",
      about: "a secret output of the stack",
      actions: [
        {
          program: `export const token = pulumi.secret("hush");
export const box = { plain: 1, hidden: pulumi.secret([1]) };`,
        },
        { run: "up" },
      ],
    },
    {
      name: "secret-passed-on",
      about: "an output made of a secret is secret",
      actions: [
        {
          program: `const a = new Thing("a", { label: pulumi.secret("hush") });
new Thing("b", { label: a.label.apply((label) => \`\${label}!\`) });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "secret-dependency",
      about: "a secret that another resource gives",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" }, { additionalSecretOutputs: ["object"] });
new Thing("b", { label: a.object });`,
        },
        { run: "up" },
        { run: "up" },
      ],
    },
    {
      name: "secret-component",
      about: "secrets in a component, inputs and outputs",
      actions: [
        {
          program: `const g = new Group("g", { token: pulumi.secret("hush") });
g.finish({ token: pulumi.secret("out") });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "wrong-passphrase",
      about: "a passphrase that does not fit",
      actions: [
        { program: `new Thing("a", { label: pulumi.secret("hush") });` },
        { run: "up" },
        { run: "up", environment: { PULUMI_CONFIG_PASSPHRASE: "wrong" } },
      ],
      handover: 1,
    },
    {
      name: "no-passphrase",
      about: "no passphrase at all",
      actions: [
        { program: `new Thing("a", { label: pulumi.secret("hush") });` },
        { run: "up" },
        { run: "up", environment: { PULUMI_CONFIG_PASSPHRASE: undefined } },
      ],
      handover: 1,
    },
    {
      name: "unknowns",
      about: "outputs that are not known in a preview",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" });
new Thing("b", { box: { x: a.object, y: [a.object, 1] }, label: pulumi.interpolate\`<\${a.object}>\` });
export const all = [a.object, "plain"];`,
        },
        { run: "preview" },
        { run: "up" },
      ],
    },
    {
      name: "unknown-replaced",
      about: "outputs of what will be replaced are not known",
      actions: [
        {
          program: `const a = new Thing("a", { region: "eu" });
new Thing("b", { label: a.object });`,
        },
        { run: "up" },
        {
          program: `const a = new Thing("a", { region: "us" });
new Thing("b", { label: a.object });`,
        },
        { run: "preview" },
      ],
    },
  ],
};
