/** A token never shows in what is printed or stored. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { appendFile, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { createPassphraseKey } from "../../../engine/secrets/passphrase.ts";
import type { Finished } from "../../ytjobs/run-python.ts";
import { startServer } from "./local-server.ts";
import { makeProject, writeStack } from "./project.ts";

const MAPPER = "examples/word_count/stages/count_words/src/mapper.py";
/** A line of source code that nothing but the archive may hold. */
const SOURCE_LINE = "unmistakable_line_of_source_code";

test("Neither the token nor file contents reach state, outputs, logs or errors", async (t) => {
  const token = `token-${randomBytes(12).toString("hex")}`;
  const wrongToken = `wrong-${randomBytes(12).toString("hex")}`;
  const project = await makeProject(t, ["word_count"]);
  const data = path.join(project.directory, "cluster");
  const url = await startServer(t, data, ["--token", token]);
  const { salt, crypter } = await createPassphraseKey("");
  const config = {
    "yt:proxy": url,
    "pulumi-yt-code:pipelines": [{ name: "word_count", directory: "examples/word_count" }],
  };
  await writeStack(project, "dev", config, salt);
  await appendFile(path.join(project.directory, MAPPER), `\n# ${SOURCE_LINE}\n`);

  const runs: Finished[] = [];
  const run = async (args: readonly string[], env: Record<string, string>): Promise<Finished> => {
    const finished = await project.ytcode(args, env);
    runs.push(finished);
    return finished;
  };
  const refused = await run(["up"], { YT_TOKEN: wrongToken });
  assert.equal(refused.status, 1);
  assert.match(refused.stdout, /yt:token/);
  assert.equal((await run(["up"], { YT_TOKEN: token })).status, 0);
  assert.equal((await run(["refresh"], { YT_TOKEN: token })).status, 0);
  assert.equal((await run(["outputs", "--json", "--show-secrets"], {})).status, 0);

  // The same from the stack's settings, encrypted there, as "pulumi config set --secret" does it.
  const secret = { "yt:token": { secure: crypter.encrypt(token) } };
  await writeStack(project, "dev", { ...config, ...secret }, salt);
  await appendFile(path.join(project.directory, MAPPER), "\n# another edit\n");
  assert.equal((await run(["preview", "--diff"], {})).status, 0);
  assert.equal((await run(["up"], {})).status, 0);

  const printed = runs.map(({ stdout, stderr }) => stdout + stderr).join("\n");
  for (const hidden of [token, wrongToken, SOURCE_LINE]) {
    assert.ok(!printed.includes(hidden), "printed");
    assert.deepEqual(await filesWith(path.join(project.directory, ".pulumi"), hidden), []);
  }
  for (const hidden of [token, wrongToken]) {
    assert.deepEqual(await filesWith(project.directory, hidden), []);
  }
  // So that the search is known to find what is there.
  assert.notDeepEqual(await filesWith(path.join(project.directory, "examples"), SOURCE_LINE), []);
});

/** The files below a directory that hold a text; links are not followed. */
async function filesWith(directory: string, wanted: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const found: string[] = [];
  for (const { parentPath, name } of files) {
    const file = path.join(parentPath, name);
    if ((await readFile(file)).includes(wanted)) {
      found.push(file);
    }
  }
  return found;
}
