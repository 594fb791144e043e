/** `npm run compare:upstream`: prints the table of `docs/migrating.md`; with `--write`, puts it there. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { REPOSITORY } from "../../ytjobs/run-python.ts";
import { makeTable, TABLE_BEGIN, TABLE_END } from "./table.ts";

const GUIDE = path.join(REPOSITORY, "docs/migrating.md");

const table = await makeTable();
if (process.argv.includes("--write")) {
  const text = await readFile(GUIDE, "utf8");
  const [before = "", rest = ""] = text.split(TABLE_BEGIN);
  const [, after = ""] = rest.split(TABLE_END);
  await writeFile(GUIDE, `${before}${TABLE_BEGIN}\n\n${table}\n${TABLE_END}${after}`);
} else {
  process.stdout.write(table);
}
