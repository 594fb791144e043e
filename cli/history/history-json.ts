/** `ytcode history --json`, version 1, as `docs/history-json.md` describes it. */
import { jsonText } from "../../common/text/json-text.ts";
import type { HistoryEntry } from "../../provider/cluster.ts";
import type { History } from "./open-history.ts";

/** Goes up when a key goes away or changes its meaning, not when one is added. */
const VERSION = 1;

/** The history as a JSON document. */
export function historyJson({ buildFolder, proxy, versions }: History): string {
  return jsonText({
    version: VERSION,
    type: "history",
    buildFolder,
    proxy,
    versions: versions.map(describeVersion),
  });
}

function describeVersion(entry: HistoryEntry): Readonly<Record<string, unknown>> {
  const { digest, sha256, md5, sizeBytes, path, publishedAt, liveSince, promotedAt } = entry;
  const { publisher, promotedFrom, marks, revision } = entry;
  const { resource, project, stack, toolVersion } = publisher;
  return {
    digest,
    sha256,
    md5,
    sizeBytes,
    path,
    publishedAt,
    live: liveSince !== undefined,
    liveSince: liveSince ?? null,
    publisher: { resource, project, stack, toolVersion },
    ...revision,
    promotedFrom: promotedFrom ?? null,
    promotedAt: promotedAt ?? null,
    keptFor: marks.map((mark) => ({
      resource: mark.resource ?? null,
      project: mark.project ?? null,
      stack: mark.stack ?? null,
      proxy: mark.proxy ?? null,
      buildFolder: mark.buildFolder ?? null,
      renewedAt: mark.renewedAt ?? null,
      attribute: mark.attribute,
    })),
  };
}
