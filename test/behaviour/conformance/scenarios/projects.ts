/** Scenarios on this subject: projects and their files. */
import { SALT } from "../../../tools/conformance/passphrase.ts";
import type { Chapter } from "../../../tools/conformance/scenario.ts";

const YAML = `name: fixture
runtime:
  name: nodejs
  options: { typescript: false }
main: index.ts
stackConfigDir: stacks
`;

export const projects: Chapter = {
  title: "Projects",
  scenarios: [
    {
      name: "project-yml",
      about: "`Pulumi.yml` in place of `Pulumi.yaml`, and a stack's `.yml`",
      actions: [
        { remove: ["Pulumi.yaml", "stacks/Pulumi.dev.yaml"] },
        {
          write: {
            "Pulumi.yml": YAML,
            "stacks/Pulumi.dev.yml": `encryptionsalt: ${SALT}\nconfig:\n  fixture:a: 1\n`,
          },
        },
        { program: 'export const a = new pulumi.Config().get("a") ?? "none";' },
        { run: "up" },
      ],
      handover: false,
    },
    {
      name: "project-json",
      about: "`Pulumi.json`",
      actions: [
        { remove: ["Pulumi.yaml", "stacks/Pulumi.dev.yaml"] },
        {
          write: {
            "stacks/Pulumi.dev.json": JSON.stringify({
              encryptionsalt: SALT,
              config: { "fixture:a": 1 },
            }),
            "Pulumi.json": JSON.stringify({
              name: "fixture",
              runtime: { name: "nodejs", options: { typescript: false } },
              main: "index.ts",
              stackConfigDir: "stacks",
            }),
          },
        },
        { program: 'export const a = new pulumi.Config().get("a");' },
        { run: "up" },
      ],
      handover: false,
    },
    {
      name: "project-main-folder",
      about: "`main` in a folder: where the program runs",
      actions: [
        {
          write: {
            "Pulumi.yaml": YAML.replace("index.ts", "sub/index.ts"),
            "sub/index.ts": `import path from "node:path"; export const folder = path.basename(process.cwd());`,
          },
        },
        { run: "up" },
      ],
      handover: false,
    },
    {
      name: "project-name-path",
      about: "a project whose name is a path",
      actions: [
        { write: { "Pulumi.yaml": YAML.replace("name: fixture", "name: ../escaped") } },
        { run: "preview" },
      ],
      handover: false,
    },
    {
      name: "project-malformed",
      about: "a project file that is no YAML",
      actions: [{ write: { "Pulumi.yaml": "name: [fixture\n" } }, { run: "preview" }],
      handover: false,
    },
  ],
};
