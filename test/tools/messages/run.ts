/** Writes docs/messages.md anew: `npm run messages`. Ends with status 1 when a message has no remedy. */
import { writeFile } from "node:fs/promises";
import { format, resolveConfig } from "prettier";
import { findGaps, makeMessagesPage, MESSAGES_PAGE } from "./page.ts";

const { withoutRemedy, withoutMessage } = await findGaps();
const options = await resolveConfig(MESSAGES_PAGE);
const page = await format(await makeMessagesPage(), { ...options, parser: "markdown" });
await writeFile(MESSAGES_PAGE, page);
for (const text of withoutRemedy) {
  process.stderr.write(`without a remedy (test/tools/messages/remedies.ts): ${text}\n`);
}
for (const text of withoutMessage) {
  process.stderr.write(`a remedy of no message (test/tools/messages/remedies.ts): ${text}\n`);
}
process.exitCode = withoutRemedy.length + withoutMessage.length === 0 ? 0 : 1;
