/** The package as npm packs it, in a program of its own. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { succeed } from "../end-to-end/project.ts";
import { findBrokenLinks } from "../../tools/document-links.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import { findOldNode } from "../../tools/old-node.ts";
import { REPOSITORY, runProgram } from "../../ytjobs/run-python.ts";

const PROGRAM = `
import { YtCodeArchive, type StageCommand } from "pulumi-yt-code";

const archive = new YtCodeArchive("words", { pipeline: "./pipeline", proxy: "local" });
export const words = archive.outputs;
export const command = archive.stages.apply(
  (stages): StageCommand | undefined => stages["count_words"]?.["map"],
);
`;

/** What a line prints that is typed in a folder. */
function typed(folder: string, line: string): Promise<string> {
  return succeed(runProgram("sh", ["-c", line], { cwd: folder, env: ENVIRONMENT }));
}

/** The commands that `up` proposes in the end. */
function proposed(output: string): readonly string[] {
  return [...output.matchAll(/^ {2}(.*\bytcode .*?) {2}/gm)].map(([, line = ""]) => line);
}

const ENVIRONMENT = { YTCODE_ENGINE: "embedded" };

test("The packed package gives a separate program its types, its resource and its command", async (t) => {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "package-")));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await installPackage(folder);
  await writeProject(folder);
  const bin = path.join(folder, "node_modules/.bin/ytcode");
  const ytcode = (args: readonly string[]): Promise<string> =>
    succeed(
      runProgram(process.execPath, [bin, ...args], {
        cwd: folder,
        env: ENVIRONMENT,
      }),
    );

  await t.test("its types fit a strict program", async () => {
    const compiler = path.join(REPOSITORY, "node_modules/typescript/bin/tsc");
    await succeed(runProgram(process.execPath, [compiler, "-p", folder], { cwd: folder }));
  });

  await t.test("a program that imports it comes up and goes down", async () => {
    assert.match(await ytcode(["up"]), /yt:CodeArchive +words +created/);
    const outputs: unknown = JSON.parse(await ytcode(["outputs", "--json"]));
    assert.partialDeepStrictEqual(outputs, {
      words: { mode: "prod", archivePath: "//home/examples/word_count/build/source.tar.gz" },
      command: { command: "./operation_wrapper_count_words_map.sh" },
    });
    assert.match(await ytcode(["up"]), /2 unchanged/);
    assert.match(await ytcode(["destroy"]), /- 2 deleted/);
  });

  await t.test("the commands that up proposes can be typed", async () => {
    const lines = proposed(
      await typed(folder, "npx --offline ytcode up -y -s organization/pipelines/dev"),
    );
    const look = "npx ytcode local";
    assert.deepEqual(lines, [
      "npx ytcode preview",
      "npx ytcode refresh",
      look,
      "npx ytcode destroy",
    ]);
    // Which runs until it is stopped.
    for (const line of lines.filter((each) => each !== look)) {
      assert.match(await typed(folder, line), /^Resources:$/m);
    }
    // Where there is no npm in between.
    assert.deepEqual(proposed(await ytcode(["up", "--stack", "prod"])), [
      "npx ytcode preview --stack prod",
      "npx ytcode refresh --stack prod",
      look,
      "npx ytcode destroy --stack prod",
    ]);
    await ytcode(["destroy", "-s", "prod"]);
  });

  await t.test("init makes a project that comes up at once, and down again", async (subtest) => {
    const project = await makeTree(subtest);
    await symlink(path.join(folder, "node_modules"), path.join(project, "node_modules"));
    const run = (...args: readonly string[]): Promise<string> =>
      succeed(runProgram(process.execPath, [bin, ...args], { cwd: project, env: ENVIRONMENT }));
    await run("init", "--yes", "--no-install");
    assert.match(await run("up"), /yt:CodeArchive +daily +created/);
    assert.match(await run("preview"), /2 unchanged/);
    assert.match(await run("destroy"), /- 2 deleted/);
  });

  await t.test("a program with TypeScript's older settings imports it", async () => {
    const old = path.join(folder, "old");
    await mkdir(old);
    const options = { strict: true, noEmit: true, target: "es2022", types: ["node"] };
    await writeFiles(old, {
      "package.json": '{ "name": "old", "main": "index.ts" }',
      "tsconfig.json": JSON.stringify({
        compilerOptions: {
          ...options,
          module: "commonjs",
          moduleResolution: "node",
          // TypeScript 6 says of both that they will go.
          ignoreDeprecations: "6.0",
        },
        files: ["index.ts"],
      }),
      // Pulumi compiles it, as without settings of its own.
      "Pulumi.yaml": "name: old\nruntime: nodejs\n",
      "Pulumi.dev.yaml": "config: {}\n",
      "index.ts": PROGRAM.replace("./pipeline", "../pipeline"),
    });
    const compiler = path.join(REPOSITORY, "node_modules/typescript/bin/tsc");
    await succeed(runProgram(process.execPath, [compiler, "-p", old], { cwd: old }));
    const preview = await succeed(
      runProgram(process.execPath, [bin, "preview"], { cwd: old, env: ENVIRONMENT }),
    );
    assert.match(preview, /yt:CodeArchive +words +create/);
  });

  await t.test(
    "a CommonJS program imports it, with module: node16 and without TypeScript",
    async () => {
      const program = path.join(folder, "commonjs");
      await mkdir(program);
      const options = { strict: true, noEmit: true, target: "es2022", types: ["node"] };
      await writeFiles(program, {
        "package.json": '{ "name": "commonjs", "main": "main.js" }',
        "tsconfig.json": JSON.stringify({
          compilerOptions: { ...options, module: "node16", skipLibCheck: false },
          files: ["index.ts"],
        }),
        // A class of one's own, and a type's name in a place where the value is not taken.
        "index.ts": `${PROGRAM}export class Daily extends YtCodeArchive {}\nexport const one: YtCodeArchive = archive;\n`,
        "Pulumi.yaml":
          "name: commonjs\nruntime:\n  name: nodejs\n  options: { typescript: false }\nmain: main.js\n",
        "Pulumi.dev.yaml": "config: {}\n",
        "main.js":
          'const { YtCodeArchive } = require("pulumi-yt-code");\nnew YtCodeArchive("words", { pipeline: "../pipeline", proxy: "local" });\n',
      });
      const compiler = path.join(REPOSITORY, "node_modules/typescript/bin/tsc");
      await succeed(runProgram(process.execPath, [compiler, "-p", program], { cwd: program }));
      const preview = await succeed(
        runProgram(process.execPath, [bin, "preview"], { cwd: program, env: ENVIRONMENT }),
      );
      assert.match(preview, /yt:CodeArchive +words +create/);
    },
  );

  await t.test("the types for CommonJS name all that the others do", async () => {
    const installed = path.join(folder, "node_modules/pulumi-yt-code");
    const namesIn = async (file: string): Promise<readonly string[]> => {
      const text = await readFile(path.join(installed, file), "utf8");
      const lists = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].map(
        ([, list = ""]) => list,
      );
      const names = lists
        .flatMap((list) => list.split(","))
        .map((name) => name.replace("type ", ""));
      const declared = [...text.matchAll(/^export declare const (\w+)/gm)].map(([, name]) => name);
      return [...names.map((name) => name.trim()).filter(Boolean), ...declared]
        .map(String)
        .toSorted();
    };
    assert.deepEqual(
      await namesIn("provider/require.d.cts"),
      await namesIn("dist/provider/index.d.ts"),
    );
  });

  await t.test("its command says of a Node that is too old what it needs", async (subtest) => {
    const oldNode = await findOldNode();
    if (oldNode === undefined) {
      subtest.skip("NOT RUN: there is no Node older than 22.18 on this machine");
      return;
    }
    assert.deepEqual(await runProgram(oldNode.program, [bin, "--version"], { cwd: folder }), {
      status: 1,
      stdout: "",
      stderr: `ytcode needs Node 22.18 or newer, this is ${oldNode.version}\n`,
    });
  });

  await t.test("its command writes a page with the style and script that it brings", async () => {
    await ytcode(["plan", "pipeline", "--html", "plan.html"]);
    const page = await readFile(path.join(folder, "plan.html"), "utf8");
    assert.match(page, /<title>pipeline: what would be packed<\/title>/);
    assert.doesNotMatch(page, /page\.css"|main\.js"/);
  });

  await t.test("its local cluster shows a page, with all that this loads", async (subtest) => {
    const args = [bin, "local", "--port", "0", "--data", path.join(folder, "cluster")];
    const cluster = spawn(process.execPath, args, {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    subtest.after(() => cluster.kill("SIGKILL"));
    const [printed] = await once(cluster.stdout, "data");
    const [url = ""] = /http:\/\/\S+/.exec(String(printed)) ?? [];
    const loaded = await loadAll(`${url}/`);
    for (const file of [
      "/page/page.css",
      "/page/archive.js",
      "/common/page/base.css",
      "/common/page/dom.js",
    ]) {
      assert.ok(loaded.has(url + file), file);
    }
  });

  await t.test("its command builds where it is told to", async () => {
    const printed = await ytcode(["build", "pipeline", "--output", "words.tar.gz"]);
    assert.match(printed, /^words\.tar\.gz$/m);
  });

  // TypeScript 6.0 leaves the ".ts" of an import as it is in a block with `using`.
  await t.test("none of its modules imports a source", async () => {
    const compiled = path.join(folder, "node_modules/pulumi-yt-code/dist");
    const names = (await readdir(compiled, { recursive: true })).filter((n) => n.endsWith(".js"));
    const texts = await Promise.all(names.map((name) => readFile(path.join(compiled, name))));
    const odd = names.filter((_, index) =>
      /\b(?:import\(|from |import )\s*"[^"]*\.ts"/.test(String(texts[index])),
    );
    assert.deepEqual(odd, []);
    assert.ok(names.includes(path.join("cli", "main.js")));
  });

  await t.test("it holds no sources, tests or leftovers", async () => {
    const files = await readdir(path.join(folder, "node_modules/pulumi-yt-code"), {
      recursive: true,
    });
    const odd = files.filter((file) =>
      /(?<!\.d)\.ts$|\.pyc$|__pycache__|^test|^examples/.test(file),
    );
    assert.deepEqual(odd, []);
    assert.ok(files.includes("ytjobs/config/__init__.py"));
  });

  await t.test("what its documents link to and show is in it", async () => {
    const installed = path.join(folder, "node_modules/pulumi-yt-code");
    assert.deepEqual(await findBrokenLinks(installed), []);
  });
});

/** The addresses of a page and of all that it names, and that these import: each must be there. */
async function loadAll(start: string): Promise<ReadonlySet<string>> {
  const loaded = new Set([start]);
  // What is added while it goes round is taken, too.
  for (const address of loaded) {
    const response = await fetch(address);
    assert.equal(response.status, 200, address);
    const text = await response.text();
    for (const [, named = ""] of text.matchAll(/(?:src=|href=|^import .*?from )"([./][^"]+)"/gms)) {
      loaded.add(String(new URL(named, address)));
    }
  }
  return loaded;
}

/** Packs this project as for a release, and puts it where npm would, beside what it depends on. */
async function installPackage(folder: string): Promise<void> {
  const modules = path.join(folder, "node_modules");
  const installed = path.join(modules, "pulumi-yt-code");
  await mkdir(path.join(modules, ".bin"), { recursive: true });
  for (const name of await readdir(path.join(REPOSITORY, "node_modules"))) {
    if (name.startsWith(".")) {
      continue;
    }
    await symlink(path.join(REPOSITORY, "node_modules", name), path.join(modules, name));
  }
  // Its own cache: a user may have none that can be written to.
  const pack = ["pack", "--silent", "--cache", path.join(folder, "npm"), "--pack-destination"];
  const tarball = (await succeed(runProgram("npm", [...pack, folder]))).trim();
  await mkdir(installed);
  await succeed(
    runProgram("tar", ["-xzf", tarball, "--strip-components=1", "-C", installed], { cwd: folder }),
  );
  const command = path.join(modules, ".bin/ytcode");
  await symlink("../pulumi-yt-code/dist/cli/main.js", command);
  // As npm does it for the commands of a package.
  await chmod(command, 0o755);
}

async function writeProject(folder: string): Promise<void> {
  const files = {
    "index.ts": PROGRAM,
    "package.json": JSON.stringify({ name: "pipelines", type: "module" }),
    "tsconfig.json": JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        module: "nodenext",
        target: "es2024",
        types: ["node"],
        exactOptionalPropertyTypes: true,
      },
      files: ["index.ts"],
    }),
    "Pulumi.yaml":
      "name: pipelines\nruntime:\n  name: nodejs\n  options: { typescript: false }\nmain: index.ts\n",
    "Pulumi.dev.yaml": "config: {}\n",
    "Pulumi.prod.yaml": "config: {}\n",
  };
  await writeFiles(folder, files);
  await cp(path.join(REPOSITORY, "examples/word_count"), path.join(folder, "pipeline"), {
    recursive: true,
  });
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await writeFile(path.join(folder, name), text);
  }
}
