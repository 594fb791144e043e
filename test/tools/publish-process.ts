/**
 * A process of its own that publishes, for tests that kill it:
 * `node publish-process.ts URL BUILD-FOLDER ARCHIVE TRANSACTION-TIMEOUT-MS [pieces]`.
 */
import { readFileSync } from "node:fs";
import { publishArchive } from "../../provider/publication/index.ts";
import { createYtClient } from "../../provider/yt/index.ts";
import { SMALL_PIECES } from "./pieces.ts";
import { md5, PUBLISHER, sha256 } from "./publication-fixtures.ts";

const [url = "", buildFolder = "", archiveFile = "", timeout = "", pieces] = process.argv.slice(2);
const content = readFileSync(archiveFile);
await publishArchive({
  client: createYtClient({ proxy: url }),
  buildFolder,
  archiveSet: {
    digest: sha256(`identity of ${sha256(content)}`),
    archiveFile,
    sha256: sha256(content),
    md5: md5(content),
    sizeBytes: content.length,
    wrappers: [],
    parts: {},
  },
  publisher: PUBLISHER,
  pieces: pieces === undefined ? undefined : SMALL_PIECES,
  transactionTimeoutMs: Number(timeout),
  log: (line) => process.stdout.write(`${line}\n`),
});
