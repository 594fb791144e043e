/** The files of a new project, besides its first pipeline. */
import { version } from "../../common/version.ts";
import type { Files } from "./stage-template.ts";

/** What a new project is made of. */
export interface NewProject {
  readonly name: string;
  readonly stack: string;
  /** As in `yt:proxy`. */
  readonly proxy: string;
}

/** The SDK that this package is made for, which the program must share with it. */
const SDK_RANGE = "^3.270.0";

/** Its files, relative to its root. Whatever is a pipeline in `pipelines/` comes up with it. */
export function projectFiles({ name, stack, proxy }: NewProject): Files {
  return {
    "Pulumi.yaml": `name: ${name}
description: Pipeline code on a YTsaurus cluster, one stack for each environment
runtime:
  name: nodejs
  options: { typescript: false } # Node runs the program as it is
main: index.ts
`,
    [`Pulumi.${stack}.yaml`]: `# yaml-language-server: $schema=./node_modules/pulumi-yt-code/schemas/stack.schema.json
# The stack "${stack}". Another stack is another file like this one.
config:
  # "local" is a cluster inside this project; your own is a host: yt.example.net
  yt:proxy: ${JSON.stringify(proxy)}
  # Every directory there that holds a pipeline; see docs/settings.md of pulumi-yt-code.
  yt:pipelines: ./pipelines/*
  # Other settings for all of them, such as a build folder of this stack's own:
  # yt:defaults: { buildFolder: "//home/${name}/{stack}/{name}/build" }
`,
    "index.ts": PROGRAM,
    "package.json": packageText(name),
    ".gitignore": "node_modules/\n.pulumi/\n.local-cluster/\n.build/\n.dev/\n__pycache__/\n",
  };
}

const PROGRAM = `/** Declares an archive for each pipeline that the stack's settings list. */
import { declarePipelines } from "pulumi-yt-code";

export default async () => (await declarePipelines()).outputs;
`;

/** What a program says of a pipeline that no pattern in the settings matches. */
export function declarationOf(name: string, directory: string): string {
  const variable = /^[A-Za-z_]\w*$/.test(name) ? name : "archive";
  return `export const ${variable} = new YtCodeArchive(${JSON.stringify(name)}, { pipeline: ${JSON.stringify(directory)} }).outputs;`;
}

function packageText(project: string): string {
  const content = {
    // npm takes no capital letters.
    name: project.toLowerCase(),
    private: true,
    type: "module",
    scripts: { preview: "ytcode preview", up: "ytcode up" },
    dependencies: { "@pulumi/pulumi": SDK_RANGE, "pulumi-yt-code": `^${version()}` },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
