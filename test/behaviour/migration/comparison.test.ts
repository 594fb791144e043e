/** The table in `docs/migrating.md` that compares our archives with those of the framework's packer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeTable, TABLE_BEGIN, TABLE_END } from "../../tools/upstream/table.ts";
import { needsUpstream } from "../../tools/upstream/upstream.ts";
import { readGuide } from "./guide.ts";

test(
  "The guide's table is what npm run compare:upstream makes, and every difference has a reason",
  needsUpstream,
  async () => {
    const [, rest = ""] = (await readGuide()).split(TABLE_BEGIN);
    const [table = ""] = rest.split(TABLE_END);
    assert.equal(table.trim(), (await makeTable()).trim());
  },
);
