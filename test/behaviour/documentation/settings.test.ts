/** docs/settings.md lists the settings that are known, and no others. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import {
  DECLARING_SETTINGS,
  ENTRY_SETTINGS,
  PROVIDER_SETTINGS,
} from "../../../provider/settings/known-settings.ts";
import { REPOSITORY } from "../../ytjobs/run-python.ts";

test("docs/settings.md has a row for each setting", async () => {
  const text = await readFile(path.join(REPOSITORY, "docs/settings.md"), "utf8");
  const tables = text
    .split("\n## ")
    .map((section) => [...section.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name));
  assert.deepEqual(tables, [
    [],
    DECLARING_SETTINGS,
    Object.keys(ENTRY_SETTINGS),
    PROVIDER_SETTINGS,
  ]);
});
