/** Which stages are packed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfiguration } from "../../../../provider/pipeline/configuration/configuration.ts";
import { findStagesToPack } from "../../../../provider/pipeline/stages/stages.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

async function stagesOf(folder: string): Promise<readonly string[]> {
  return findStagesToPack(folder, await readConfiguration(folder));
}

test("findStagesToPack() gives the enabled stages sorted, whatever their order", async (t) => {
  const folder = await makeTree(t, {
    "configs/config.yaml": "stages: {enabled_stages: [b, a-2, a_1]}",
    "stages/a_1/": "",
    "stages/a-2/": "",
    "stages/b/": "",
    "stages/c/src/mapper.py": "",
  });
  assert.deepEqual(await stagesOf(folder), ["a-2", "a_1", "b"]);
});

test("findStagesToPack() adds every stage that has src/ when pack_stages is all", async (t) => {
  const folder = await makeTree(t, {
    "configs/config.yaml": "stages: {enabled_stages: [plain]}\npipeline: {pack_stages: all}",
    "stages/plain/": "",
    "stages/no_src/helper.py": "",
    "stages/helping/src/helper.py": "",
    "stages/mapping/src/mapper.py": "",
    "stages/reducing/src/reducer.py": "",
    "stages/vanilla/src/vanilla.py": "",
    "stages/README.md": "",
  });
  assert.deepEqual(await stagesOf(folder), ["helping", "mapping", "plain", "reducing", "vanilla"]);
});

test("findStagesToPack() lists the stages there are for every name it does not find", async (t) => {
  const folder = await makeTree(t, {
    "configs/config.yaml": "stages: {enabled_stages: [trian, load, score]}",
    "stages/load/": "",
    "stages/train/": "",
    "stages/score": "a file is no stage",
  });
  const messages = ["trian", "score"].map(
    (name) =>
      `Cannot pack the stage "${name}" of stages.enabled_stages as it has no directory "stages/${name}": ` +
      'the stages are "load", "train"',
  );
  await assert.rejects(stagesOf(folder), {
    name: "UserErrors",
    message: messages.join("\n"),
  });
});

test("findStagesToPack() says so when there are no stages at all", async (t) => {
  const folder = await makeTree(t, { "configs/config.yaml": "stages: {enabled_stages: [run]}" });
  await assert.rejects(stagesOf(folder), {
    name: "UserError",
    argument: "pipeline",
    message:
      'Cannot pack the stage "run" of stages.enabled_stages as it has no directory "stages/run": there are no stages',
  });
});

for (const name of [
  "..",
  ".hidden",
  "-x",
  "--help",
  "a b",
  "a/b",
  "a'b",
  'a"b',
  "ä",
  "a\nb",
  "a\u001b[2Jb",
  "$(x)",
  "`x`",
  "$HOME",
  "a;rm -rf x",
  "a&b",
  "a|b",
  "a>b",
  "a\\b",
  "a*",
]) {
  test(`findStagesToPack() refuses the stage name ${JSON.stringify(name)}`, async (t) => {
    const wanted = {
      name: "UserError",
      argument: "pipeline",
      message:
        `Cannot pack the stage ${JSON.stringify(name)} as a stage's name must start with a letter, digit or "_" ` +
        'and hold only letters, digits, "_", "." and "-": rename its directory',
    };
    const enabled = await makeTree(t, {
      "configs/config.yaml": `stages: {enabled_stages: [${JSON.stringify(name)}]}`,
      [`stages/${name}/src/mapper.py`]: "",
    });
    await assert.rejects(stagesOf(enabled), wanted);
    if (name.includes("/") || name === "..") {
      return;
    }
    const found = await makeTree(t, {
      "configs/config.yaml": "stages: {enabled_stages: []}\npipeline: {pack_stages: all}",
      [`stages/${name}/src/mapper.py`]: "",
    });
    await assert.rejects(stagesOf(found), wanted);
  });
}

test("findStagesToPack() takes names with dots, dashes, digits and a leading underscore", async (t) => {
  const names = ["0", "_x", "a.b-c_D", "constructor"];
  const folder = await makeTree(t, {
    "configs/config.yaml": `stages: {enabled_stages: ${JSON.stringify(names)}}`,
    ...Object.fromEntries(names.map((name) => [`stages/${name}/`, ""])),
  });
  assert.deepEqual(await stagesOf(folder), names);
});

for (const link of ["stages", "stages/run"]) {
  test(`findStagesToPack() refuses ${link} as a link that leads out of the pipeline`, async (t) => {
    const outside = await makeTree(t, { "run/src/mapper.py": "", "src/mapper.py": "" });
    const folder = await makeTree(t, {
      "configs/config.yaml": "stages: {enabled_stages: [run]}",
      [link]: { link: outside },
    });
    const leadsTo = link === "stages" ? `${outside}/run` : outside;
    await assert.rejects(stagesOf(folder), {
      name: "UserError",
      argument: "pipeline",
      message: `Cannot pack the stage "run" as its directory must be inside the pipeline directory "${folder}": it leads to "${leadsTo}"`,
    });
  });
}

test("findStagesToPack() takes a stage that is a link inside the pipeline", async (t) => {
  const folder = await makeTree(t, {
    "configs/config.yaml": "stages: {enabled_stages: [again]}",
    "stages/run/src/mapper.py": "",
    "stages/again": { link: "run" },
  });
  assert.deepEqual(await stagesOf(folder), ["again"]);
});
