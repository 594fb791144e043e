/**
 * The pictures of terminals in the documents: one story, told by real commands in a project of its own. What a
 * picture shows follows from those before it.
 */
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { startLocalCluster } from "../../../local-cluster/index.ts";
import { copyProject } from "../../behaviour/end-to-end/project.ts";
import { rawCluster } from "../raw-cluster.ts";
import type { PaneLine, Piece } from "./pane.ts";
import { capturePane, lineText } from "./pane.ts";

/** One picture. */
export interface Picture {
  /** Its file is `docs/pictures/<name>.svg`. */
  readonly name: string;
  /** What somebody is told who cannot see it. */
  readonly title: string;
  readonly lines: readonly PaneLine[];
}

/** Where the pictures are. */
export const PICTURES = path.resolve(import.meta.dirname, "../../../docs/pictures");

interface Scene {
  readonly name: string;
  readonly title: string;
  /** What happens before, that is not shown. */
  readonly before?: (project: Story) => Promise<unknown>;
  /** What is typed after `npx ytcode`. */
  readonly typed: readonly (readonly string[])[];
  /** The exit status of the last command. @default 0 */
  readonly status?: number;
}

// One, as two would print their lines in an order of their own each time.
const EXAMPLES = ["word_count"];
const BUILD_FOLDER = "//home/examples/word_count/build";
const MAPPER = "examples/word_count/stages/count_words/src/mapper.py";

const SCENES: readonly Scene[] = [
  {
    name: "first-up",
    title: "The first up publishes the pipeline",
    typed: [["up", "--yes"]],
  },
  { name: "no-change", title: "A preview with nothing to do", typed: [["preview"]] },
  {
    name: "one-stage-edit",
    title: "A preview names the stage that was edited",
    before: (story) => story.edit(MAPPER, "\n# Words of one letter count, too.\n"),
    typed: [["preview"]],
  },
  {
    name: "diff",
    title: "With --diff a preview names the files, and counts lines by what is on the cluster",
    before: (story) => story.forgetTexts(),
    typed: [["preview", "--diff"]],
  },
  {
    name: "promotion",
    title: "A preview of prod names what a promotion would change",
    before: async (story) => {
      await story.bringUp("prod");
      await story.bringUp("dev");
    },
    typed: [["preview", "--stack", "prod"]],
  },
  {
    name: "rollback",
    title: "A pin takes prod back to an older version",
    before: async (story) => {
      const pinned = await story.sha256Of("prod");
      await story.bringUp("prod");
      await story.writeStacks(pinned);
    },
    typed: [["preview", "--stack", "prod"]],
  },
  {
    name: "drift",
    title:
      "A refresh sees that a wrapper is gone from the cluster, and the next preview repairs it",
    before: (story) => story.removeNode(`${BUILD_FOLDER}/operation_wrapper_count_words_map.sh`),
    typed: [["refresh", "--yes"], ["preview"]],
  },
  {
    name: "failure",
    title: "A file that must not be packed stops the preview",
    before: (story) => story.edit("examples/word_count/stages/count_words/src/.env", "TOKEN=x\n"),
    typed: [["preview"]],
    status: 1,
  },
];

/**
 * Takes all pictures. It takes about half a minute.
 *
 * @throws {Error} when a command ends otherwise than it should
 */
export async function takePictures(): Promise<readonly Picture[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "pictures-"));
  try {
    const story = await beginStory(folder);
    const pictures: Picture[] = [];
    for (const { name, title, before, typed, status = 0 } of SCENES) {
      await before?.(story);
      const lines: PaneLine[] = [];
      for (const [index, args] of typed.entries()) {
        const shown = await story.show(args, index === typed.length - 1 ? status : 0);
        lines.push(...(index === 0 ? [] : [[]]), prompt(args), ...shown);
      }
      pictures.push({ name, title, lines });
    }
    return pictures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Makes the project, in a folder where the command is found as npm would install it. */
async function beginStory(folder: string): Promise<Story> {
  const directory = path.join(folder, "project");
  const commands = path.join(folder, "node_modules/.bin");
  await Promise.all([directory, commands].map((each) => mkdir(each, { recursive: true })));
  await writeFile(path.join(commands, "ytcode"), "");
  await copyProject(directory, EXAMPLES);
  const story = new Story(directory);
  await story.writeStacks();
  return story;
}

function prompt(args: readonly string[]): PaneLine {
  const look = { color: undefined, faint: false };
  return [
    { text: "$ ", ...look, faint: true, bold: false },
    { text: ["npx ytcode", ...args].join(" "), ...look, bold: true },
  ];
}

/** The project in which the story goes on. */
class Story {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Settings of both stacks, as somebody would write them. */
  async writeStacks(pinned?: string): Promise<void> {
    const write = async (stack: string, config: Readonly<Record<string, unknown>>) =>
      writeFile(
        path.join(this.#directory, `stacks/Pulumi.${stack}.yaml`),
        stringify({ config: { "yt:proxy": "local", ...config } }),
      );
    await write("dev", {
      "pulumi-yt-code:pipelines": EXAMPLES.map((name) => ({
        name,
        directory: `./examples/${name}`,
      })),
    });
    await write("prod", {
      "pulumi-yt-code:promoteFrom": "dev",
      "pulumi-yt-code:pipelines": EXAMPLES.map((name) => ({
        name,
        buildFolder: `//home/prod/${name}/build`,
        ...(pinned === undefined || name !== "word_count" ? {} : { sha256: pinned }),
      })),
    });
  }

  async edit(file: string, added: string): Promise<void> {
    await appendFile(path.join(this.#directory, file), added);
  }

  /** As on another machine: what was published is not remembered. */
  async forgetTexts(): Promise<void> {
    await rm(path.join(this.#directory, ".cache/parts"), { recursive: true });
  }

  async removeNode(node: string): Promise<void> {
    const cluster = await startLocalCluster({
      dataDirectory: path.join(this.#directory, ".local-cluster"),
    });
    try {
      await rawCluster(cluster.url).remove(node);
    } finally {
      await cluster.close();
    }
  }

  async sha256Of(stack: string): Promise<string> {
    const { lines } = await this.#capture(["outputs", "--json", "--stack", stack]);
    const text = lines.map(lineText).join("");
    const outputs: Readonly<Record<string, { sha256: string }>> = JSON.parse(text);
    return String(outputs["word_count"]?.sha256);
  }

  /** Brings a stack up without showing it. */
  async bringUp(stack: string): Promise<void> {
    await this.show(["up", "--yes", "--skip-preview", "--stack", stack], 0);
  }

  /** Runs a command and gives what it showed. */
  async show(args: readonly string[], expected: number): Promise<readonly PaneLine[]> {
    const { status, lines } = await this.#capture(args);
    if (status !== expected) {
      const text = lines.map(lineText).join("\n");
      throw new Error(`ytcode ${args.join(" ")} has ended with status ${status}:\n${text}`);
    }
    return lines.map((line) => line.map(evened));
  }

  #capture(args: readonly string[]): ReturnType<typeof capturePane> {
    const main = path.join(this.#directory, "cli/main.ts");
    return capturePane({
      command: [process.execPath, main, ...args],
      directory: this.#directory,
      environment: {
        YTCODE_ENGINE: "embedded",
        // What others have built or previewed on this machine must not show.
        YTCODE_CACHE_DIR: path.join(this.#directory, ".cache"),
        FORCE_COLOR: "1",
        // As npx tells it, so that what is proposed is what was typed.
        npm_lifecycle_event: "npx",
        npm_config_user_agent: "npm/11.0.0 node/v24.0.0 linux x64",
      },
    });
  }
}

/** Times and ids differ from run to run; in a picture all runs take two seconds, on one day. */
function evened(piece: Piece): Piece {
  return {
    ...piece,
    text: piece.text
      .replaceAll(/\b\d+(\.\d+)? ?s\b/g, "2s")
      .replaceAll(/\b(word_count|web_sessions)-[0-9a-f]{12}\b/g, "$1-0123456789ab")
      .replaceAll(/\b\d{4}-\d\d-\d\d([ T])\d\d:\d\d(:\d\d)?/g, "2026-01-31$109:30"),
  };
}
