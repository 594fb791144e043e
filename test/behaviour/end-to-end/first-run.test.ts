/** The README's first command, and the ones that it proposes. */
import assert from "node:assert/strict";
import { appendFile, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { EXAMPLES, makeProject, succeed } from "./project.ts";
import type { Project } from "./project.ts";

test("A first up creates the archives, a second changes nothing, destroy leaves nothing", async (t) => {
  const project = await makeProject(t, EXAMPLES);

  const settings = path.join(project.directory, "stacks/Pulumi.dev.yaml");
  const shipped = await readFile(settings, "utf8");

  // What a user's other stacks are encrypted with does not matter to a stack without secrets.
  const first = await succeed(project.ytcode(["up"], { PULUMI_CONFIG_PASSPHRASE: "another" }));
  assert.equal(await readFile(settings, "utf8"), shipped);
  for (const name of EXAMPLES) {
    assert.match(first, new RegExp(`\\+ .*yt:CodeArchive +${name} +created`));
  }
  assert.match(first, /word_count: \[Upload\] Packaging code\.\.\./);
  assert.match(
    first,
    /word_count: \[Upload\] Uploading code to \/\/home\/examples\/word_count\/build\.\.\./,
  );
  assert.match(first, /word_count: \[Upload\] Code uploaded successfully/);
  assert.match(first, /nightly_tables: No enabled stage has code: nothing to build or upload/);

  const second = await succeed(project.ytcode(["up"]));
  assert.match(second, /6 unchanged/);
  assert.doesNotMatch(second, /\[Upload\]|CodeArchive/);

  await t.test("preview names the edited stage alone, and --diff its file", () =>
    checkPreviewOfAnEdit(project),
  );

  const destroyed = await succeed(project.ytcode(["destroy"]));
  assert.match(destroyed, /- 6 deleted/);
  assert.deepEqual(await builds(project), []);
});

async function checkPreviewOfAnEdit(project: Project): Promise<void> {
  const edited = "examples/web_sessions/stages/parse_log/src/mapper.py";
  const before = await readFile(path.join(project.directory, edited));
  await appendFile(path.join(project.directory, edited), "\n# edited\n");

  const preview = await succeed(project.ytcode(["preview"]));
  assert.match(preview, /~ .*yt:CodeArchive +web_sessions +update +\[diff: ~stages\/parse_log\]/);
  assert.equal(preview.match(/yt:CodeArchive/g)?.length, 1);
  const lines = preview.match(
    /(?:word_count|web_sessions|price_report|article_keywords): [^{].*$/gm,
  );
  assert.deepEqual(
    lines?.map((line) => line.replace(/about \S+ KiB/, "about …")),
    [
      "web_sessions: 1 of 2 stages changes: parse_log (src/mapper.py +2 -0); 1 of 14 files, about … to send",
    ],
  );

  const detailed = await succeed(project.ytcode(["preview", "--diff"]));
  const [resources = ""] = detailed.split("\nOutputs:");
  const changed = resources.split("\n").filter((line) => line.includes("=>"));
  assert.equal(changed.length, 1, detailed);
  assert.match(changed[0] ?? "", /src\/mapper\.py *: "[0-9a-f]{12}" => "[0-9a-f]{12}"/);

  const updated = await succeed(project.ytcode(["up"]));
  // The preview has said it.
  assert.doesNotMatch(updated.split("\nUpdating")[1] ?? "", /stages changes/);
  assert.match(
    updated,
    /web_sessions: \[Upload\] Code uploaded successfully: .*3 of 4 parts reused/,
  );
  assert.notDeepEqual(before, await readFile(path.join(project.directory, edited)));
}

/** The `.build` folders there are. */
async function builds(project: Project): Promise<readonly string[]> {
  const files = await readdir(path.join(project.directory, "examples"), { recursive: true });
  return files.filter((file) => path.basename(file) === ".build");
}
