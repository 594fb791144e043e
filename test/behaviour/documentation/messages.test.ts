/** docs/messages.md has every message of the code, and what to do about it. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { format, resolveConfig } from "prettier";
import { messagesIn } from "../../tools/messages/collect.ts";
import { findGaps, makeMessagesPage, MESSAGES_PAGE } from "../../tools/messages/page.ts";

test("docs/messages.md has every message of the code, and what to do about it", async () => {
  assert.deepEqual(await findGaps(), { withoutRemedy: [], withoutMessage: [] });
  const options = await resolveConfig(MESSAGES_PAGE);
  const page = await format(await makeMessagesPage(), { ...options, parser: "markdown" });
  assert.equal(await readFile(MESSAGES_PAGE, "utf8"), page, "run npm run messages");
});

test("messagesIn() finds what is put together, each branch of a condition, and nothing else", () => {
  const source = `
    throw new UserError(\`Cannot read "\${a}": \` + (b ? "one" : \`two \${c}\`) + "; run it again");
    const text = "Cannot write the file";
    const other = "cannot be a message";
    throw new UserError(error.message, { cause: new UserError("Stop now") });`;
  assert.deepEqual(messagesIn("a.ts", source), [
    'Cannot read "…": one; run it again',
    'Cannot read "…": two …; run it again',
    "Cannot write the file",
    "Stop now",
  ]);
});
