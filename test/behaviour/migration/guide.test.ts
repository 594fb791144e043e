/** Does what `docs/migrating.md` says, command by command, to a pipeline that the framework has uploaded before. */
import assert from "node:assert/strict";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { startServer } from "../end-to-end/local-server.ts";
import { succeed } from "../end-to-end/project.ts";
import { readCodeBlocks } from "../../tools/document.ts";
import type { CodeBlock } from "../../tools/document.ts";
import { linkPackage } from "../../tools/linked-package.ts";
import { addToTree } from "../../tools/temporary-tree.ts";
import { needsUpstream, upstreamPython } from "../../tools/upstream/upstream.ts";
import { runProgram } from "../../ytjobs/run-python.ts";
import type { Finished } from "../../ytjobs/run-python.ts";
import { DAILY, RAW_ROWS } from "./daily.ts";
import { GUIDE } from "./guide.ts";

const BUILD_FOLDER = "//home/me/daily/build";
const ARCHIVE = `${BUILD_FOLDER}/source.tar.gz`;

/** What each command of the guide prints, in their order. */
const COMMANDS: readonly (readonly [command: string, prints: RegExp])[] = [
  ["npx ytcode plan pipelines/daily", /stages\/totals .*\n.*words\/ /s],
  ["python3 pipelines/daily/pipeline.py", /\[Code Upload\].*completed successfully\n$/s],
  ["cp pipelines/daily/.build/source.tar.gz framework.tar.gz", /^$/],
  ["npx ytcode inspect framework.tar.gz --diff pipelines/daily", /operation_wrapper_clean_map\.sh/],
  ["npx ytcode run pipelines/daily clean --input rows.jsonl --output -", /^{"word": "pear"}\n/],
  ["npx ytcode build pipelines/daily", /\.build\/source\.tar\.gz/],
  ["python3 pipelines/daily/pipeline.py", /^(?!.*\[Code Upload\]).*completed successfully\n$/s],
  [
    "npx ytcode build pipelines/daily --config configs/small.yaml --output pipelines/daily/.build/source.tar.gz",
    /\.build\/source\.tar\.gz/,
  ],
  [
    "python3 pipelines/daily/pipeline.py --config configs/small.yaml",
    /^(?!.*\[Code Upload\]).*completed successfully\n$/s,
  ],
  ["npx ytcode preview --stack dev", /\+ .*yt:CodeArchive +daily +create/],
  ["npx ytcode up --stack dev --yes", /\+ .*yt:CodeArchive +daily +created/],
  [
    "npx ytcode outputs --stack dev --json",
    /"dailyBuild": "\/\/home\/me\/daily\/build\/versions\//,
  ],
  ["npx ytcode destroy --stack dev --yes", /- .*yt:CodeArchive +daily +deleted/],
];

test("The guide's commands bring a pipeline over, and back", needsUpstream, async (t) => {
  const url = await startServer(t, path.join(await temporaryFolder(t), "cluster"));
  const project = await makeUserProject(t, url);
  await project.uploadWithFramework();
  const before = await project.cluster("get", `${ARCHIVE}/@md5`);

  const expected = [...COMMANDS];
  for (const { language, code } of await readSteps()) {
    if (language === "python") {
      await addToTree(project.directory, { "pipelines/daily/pipeline.py": code });
    } else if (language === "ts") {
      await addToTree(project.directory, { "index.ts": code });
    } else {
      for (const line of code.trim().split("\n")) {
        const [command, prints] = expected.shift() ?? ["", /^/];
        assert.equal(line, command);
        assert.match(await succeed(project.shell(line)), prints);
      }
    }
  }
  assert.deepEqual(expected, [], "The guide has fewer commands");

  await t.test("what was published is gone, and the framework uploads as before", async () => {
    assert.equal(await project.cluster("exists", ARCHIVE), "false");
    await project.uploadWithFramework();
    assert.notEqual(before, "");
    assert.equal(await project.cluster("exists", ARCHIVE), "true");
  });
});

/** The guide's code that is to be done, in its order. */
async function readSteps(): Promise<readonly CodeBlock[]> {
  const blocks = (await readCodeBlocks(GUIDE)).filter(({ language }) => language !== "");
  for (const { language } of blocks) {
    assert.ok(["sh", "python", "ts"].includes(language), `Nobody does the guide's ${language}`);
  }
  return blocks;
}

interface UserProject {
  readonly directory: string;
  /** Runs a line as in a terminal there, with the framework's Python as `python3`. */
  shell(line: string): Promise<Finished>;
  /** Asks the cluster with YTsaurus's own client. */
  cluster(command: "get" | "exists", node: string): Promise<string>;
  /** As the framework's driver does it in prod mode. */
  uploadWithFramework(): Promise<void>;
}

const UPLOAD = `
import logging, sys
from pathlib import Path
from yt_framework.operations.upload import upload_all_code
from yt_framework.yt.factory import create_yt_client
directory, proxy, folder = sys.argv[1:]
client = create_yt_client(mode="prod", secrets={"YT_PROXY": proxy, "YT_TOKEN": "none"})
upload_all_code(client, folder, Path(directory), logging.getLogger("upload"))
`;

const ASK = `
import sys
import yt.wrapper as yt
proxy, command, node = sys.argv[1:]
answer = getattr(yt.YtClient(proxy=proxy, token="none"), command)(node)
print(str(answer).lower(), end="")
`;

/** A user's own project with the package installed, and a pipeline that is written for the framework. */
async function makeUserProject(t: TestContext, url: string): Promise<UserProject> {
  const folder = await temporaryFolder(t);
  const directory = path.join(folder, "project");
  await linkPackage(path.join(folder, "package"), path.join(directory, "node_modules"));
  await addToTree(directory, {
    "package.json": JSON.stringify({ name: "infra", type: "module" }),
    "Pulumi.yaml":
      "name: infra\nruntime:\n  name: nodejs\n  options: { typescript: false }\nmain: index.ts\n",
    "Pulumi.dev.yaml": `config:\n  yt:proxy: ${url}\n`,
    "rows.jsonl": RAW_ROWS,
    ...Object.fromEntries(Object.entries(DAILY).map(([name, e]) => [`pipelines/daily/${name}`, e])),
  });
  const environment = {
    PATH: [path.dirname(upstreamPython), process.env["PATH"] ?? ""].join(path.delimiter),
    PYTHONPATH: undefined,
    YT_TOKEN: "none",
    YTCODE_ENGINE: "embedded",
    // A user may have no cache that can be written to.
    npm_config_cache: path.join(folder, "npm"),
    npm_config_update_notifier: "false",
  };
  const proxy = url.replace("http://", "");
  const python = (program: string, ...args: readonly string[]): Promise<string> =>
    succeed(
      runProgram(upstreamPython, ["-c", program, ...args], { cwd: folder, env: environment }),
    );
  return {
    directory,
    shell: (line) =>
      runProgram("bash", ["-euo", "pipefail", "-c", line], { cwd: directory, env: environment }),
    cluster: (command, node) => python(ASK, proxy, command, node),
    async uploadWithFramework() {
      await python(UPLOAD, path.join(directory, "pipelines/daily"), proxy, BUILD_FOLDER);
      await rm(path.join(directory, "pipelines/daily/.build"), { recursive: true });
    },
  };
}

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "migration-")));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
