/** Scenarios on this subject: configuration of stacks and of projects. */
import { SALT } from "../../../tools/conformance/passphrase.ts";
import type { Chapter } from "../../../tools/conformance/scenario.ts";

/** Exports what each key is. */
const SHOW = `const config = new pulumi.Config();
export const all = Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((key) => [key, config.get(key) ?? "none"]));`;

/** A stack's settings with this configuration. */
function settings(configuration: string): string {
  return `encryptionsalt: ${SALT}\nconfig:${configuration}`;
}

/** The fixture's project with these declarations. */
function project(declarations: string): string {
  return `name: fixture
runtime:
  name: nodejs
  options: { typescript: false }
main: index.ts
stackConfigDir: stacks
config:${declarations}`;
}

export const configuration: Chapter = {
  title: "Configuration",
  scenarios: [
    {
      name: "config-types",
      about: "numbers, booleans, texts, and nothing",
      actions: [
        {
          write: {
            "stacks/Pulumi.dev.yaml": settings(`
  fixture:a: 1
  fixture:b: true
  fixture:c: "x"
  fixture:d: 1.50
  fixture:e: ""
  fixture:f:
`),
          },
        },
        { program: SHOW },
        { run: "up" },
      ],
      handover: false,
    },
    {
      name: "config-objects",
      about: "objects and lists",
      actions: [
        {
          write: {
            "stacks/Pulumi.dev.yaml": settings(`
  fixture:a: [1, two, {x: 3}]
  fixture:b: {k: {l: [true]}}
  fixture:c: {}
  fixture:d: []
  fixture:e: {when: 2020-01-02, big: 9007199254740993, half: 1.50}
`),
          },
        },
        { program: SHOW },
        { run: "up" },
      ],
      handover: false,
    },
    {
      name: "config-numbers",
      about: "numbers as YAML 1.1 and 1.2 read them",
      actions: [
        {
          write: {
            "stacks/Pulumi.dev.yaml": settings(`
  fixture:a: 012
  fixture:b: 1_000
  fixture:c: 0b11
  fixture:d: 0x1f
  fixture:e: 9007199254740993
  fixture:f: 123e4567
`),
          },
        },
        { program: SHOW },
        { run: "up" },
      ],
      handover: false,
    },
    {
      name: "config-words",
      about: "words that YAML 1.1 takes for booleans, and dates",
      actions: [
        {
          write: {
            "stacks/Pulumi.dev.yaml": settings(`
  fixture:a: yes
  fixture:b: off
  fixture:c: 2020-01-02
  fixture:d: ~
  fixture:e: 1:30
  fixture:f: 0o17
`),
          },
        },
        { program: SHOW },
        { run: "up" },
      ],
      handover: false,
    },
    {
      name: "config-merge",
      about: "anchors, and objects that are merged by `<<`",
      actions: [
        {
          write: {
            "stacks/Pulumi.dev.yaml": settings(`
  fixture:a: &base {x: 1, y: 1}
  fixture:b: {<<: *base, y: 2}
  fixture:c: *base
`),
          },
        },
        { program: SHOW },
        { run: "up" },
      ],
      handover: false,
    },
    {
      name: "config-infinity",
      about: "`.inf`",
      actions: [
        {
          write: {
            "stacks/Pulumi.dev.yaml": settings(`
  fixture:a: .inf
`),
          },
        },
        { program: SHOW },
        { run: "up" },
      ],
      handover: false,
    },
    {
      name: "config-empty",
      about: "an empty `config`",
      actions: [
        {
          write: {
            "stacks/Pulumi.dev.yaml": settings(`
`),
          },
        },
        { program: SHOW },
        { run: "up" },
      ],
      handover: false,
    },
    {
      name: "config-namespaces",
      about: "keys without a namespace, and of another one",
      actions: [
        {
          write: {
            "stacks/Pulumi.dev.yaml": settings(`
  a: 1
  other:b: 2
`),
          },
        },
        {
          program:
            'export const all = [new pulumi.Config().get("a") ?? "none", new pulumi.Config("other").get("b")];',
        },
        { run: "up" },
      ],
      handover: false,
    },
    {
      name: "config-secret",
      about: "secrets, also inside of an object",
      actions: [
        {
          write: {
            "stacks/Pulumi.dev.yaml": settings(`
  fixture:a:
    secure: v1:ilvHZggJhW5bNMYt:ZNY0ZT+Ulr2Kx6UdvzqJobPYzzQ=
  fixture:b:
    user: me
    tokens:
      - secure: v1:ilvHZggJhW5bNMYt:ZNY0ZT+Ulr2Kx6UdvzqJobPYzzQ=
`),
          },
        },
        {
          program:
            'const config = new pulumi.Config(); export const text = config.requireSecret("a"); export const box = config.requireSecretObject("b"); new Thing("a", { label: config.requireSecretObject<{ user: string }>("b").apply(({ user }) => user) });',
        },
        { run: "up" },
        { run: "up" },
      ],
      handover: false,
    },
    {
      name: "config-wrong-type",
      about: "a program that requires a number where there is a text",
      actions: [
        {
          write: {
            "stacks/Pulumi.dev.yaml": settings(`
  fixture:a: many
`),
          },
        },
        { program: 'export const count = new pulumi.Config().requireNumber("a");' },
        { run: "up" },
      ],
      handover: false,
    },
    {
      name: "config-missing",
      about: "a program that requires a key that is not there",
      actions: [{ program: 'new pulumi.Config().require("nothing");' }, { run: "preview" }],
      handover: false,
    },
    {
      name: "config-default",
      about: "defaults of the project, one of which the stack overrides",
      actions: [
        {
          write: {
            "Pulumi.yaml": project(`
  a: one
  b:
    type: integer
    default: 2
  c:
    type: array
    items: { type: string }
    default: [x, y]
  d:
    type: boolean
    default: true
`),
          },
        },
        {
          write: {
            "stacks/Pulumi.dev.yaml": settings(`
  fixture:b: 3
`),
          },
        },
        { program: SHOW },
        { run: "up" },
      ],
      handover: false,
    },
    {
      name: "config-required",
      about: "a key that the project declares without a default, and the stack lacks",
      actions: [
        {
          write: {
            "Pulumi.yaml": project(`
  a:
    type: integer
`),
          },
        },
        { program: SHOW },
        { run: "preview" },
      ],
      handover: false,
    },
    {
      name: "config-declared-type",
      about: "a value of another type than the project declares",
      actions: [
        {
          write: {
            "Pulumi.yaml": project(`
  a:
    type: integer
`),
          },
        },
        {
          write: {
            "stacks/Pulumi.dev.yaml": settings(`
  fixture:a: many
`),
          },
        },
        { program: SHOW },
        { run: "preview" },
      ],
      handover: false,
    },
    {
      name: "config-declared-secret",
      about: "plain text where the project declares a secret",
      actions: [
        {
          write: {
            "Pulumi.yaml": project(`
  a:
    type: string
    secret: true
`),
          },
        },
        {
          write: {
            "stacks/Pulumi.dev.yaml": settings(`
  fixture:a: plain
`),
          },
        },
        { program: SHOW },
        { run: "preview" },
      ],
      handover: false,
    },
  ],
};
