/** Scenarios on configuration that the command line gives, or takes from another file. */
import { SALT } from "../../../tools/conformance/passphrase.ts";
import type { Chapter } from "../../../tools/conformance/scenario.ts";

const SETTINGS = "stacks/Pulumi.dev.yaml";

/** A stack's settings with a label. */
function settings(label: string): string {
  return `encryptionsalt: ${SALT}\nconfig:\n  fixture:label: ${label}\n`;
}

/** What the program sees, and what the settings have meanwhile. */
const shown = `import { readFileSync, existsSync } from "node:fs";
const config = new pulumi.Config();
new Thing("a", { label: JSON.stringify({
  label: config.get("label"), list: config.getObject("list"),
  settings: ["${SETTINGS}", "stacks/other.yaml", "other.yaml"].map((name) => existsSync(name) ? readFileSync(name, "utf8").replace(/^encryptionsalt.*\\n/m, "").replaceAll('"', "").split("\\n").sort() : null),
}) });`;

export const configurationFlags: Chapter = {
  title: "Configuration by flags",
  scenarios: [
    {
      name: "flag-config",
      about: "values from the command line stay in the settings, also after a preview",
      actions: [
        { program: shown },
        { write: { [SETTINGS]: settings("old") } },
        { run: "preview", args: ["-c", "label=previewed"] },
        { run: "up" },
        { run: "up", args: ["--config", "label=a=b", "-c=other:key=1", "-c", "empty="] },
        { run: "refresh", args: ["-c", "refreshed=012"] },
        { run: "up" },
      ],
    },
    {
      name: "flag-config-path",
      about: "values in lists and maps from the command line",
      actions: [
        { program: shown },
        { write: { [SETTINGS]: settings("x") } },
        {
          run: "up",
          args: [
            "--config-path",
            "-c",
            "list[0].name=x",
            "-c",
            "list[0].on=true",
            "-c",
            "list[1]=5",
          ],
        },
        { run: "up", args: ["-c", "list[0]=x"] },
      ],
    },
    {
      name: "flag-config-wrong",
      about: "values from the command line that are none",
      actions: [
        { program: shown },
        { write: { [SETTINGS]: settings("x") } },
        { run: "up", args: ["-c", "label"] },
        { run: "up", args: ["-c", "a:b:c:d=1"] },
        { run: "up", args: ["--config-path", "-c", "list[x]=1"] },
        { run: "up", args: ["--config-path", "-c", "list.secure=1"] },
      ],
      differences: [
        {
          run: 4,
          in: ["status", "calls", "steps", "diagnostics", "state"],
          embedded: 'refuses a map with the single key "secure", as `config set` does on both',
          reason: "such a map is an encrypted value, and this one would not be",
        },
      ],
    },
    {
      name: "flag-config-file",
      about: "the settings are another file, which need not be there",
      actions: [
        { program: shown },
        {
          write: {
            [SETTINGS]: settings("own"),
            "other.yaml": settings("other"),
          },
        },
        { run: "preview", args: ["--config-file", "other.yaml"] },
        { run: "up", args: ["--config-file", "other.yaml", "-c", "list=1"] },
        { run: "up", args: ["--config-file", "missing.yaml"] },
        { run: "up", args: ["--config-file", "stacks/other.yaml", "-c", "label=made"] },
        { run: "destroy", args: ["--config-file", "other.yaml"] },
      ],
      differences: [3, 4].map((run) => ({
        run,
        in: ["state"] as const,
        embedded: "the state keeps its salt where the file has none",
        reason: "a new one is only needed where there is a secret to encrypt",
      })),
    },
  ],
};
