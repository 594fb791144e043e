/** Publications: how many requests they take, how fast bytes go against curl, and many at once against one. */
import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { mapConcurrently } from "../common/concurrency/concurrency.ts";
import { startLocalCluster } from "../local-cluster/index.ts";
import { observePublication, publishArchive } from "../provider/publication/index.ts";
import type { ArchiveSet } from "../provider/publication/index.ts";
import { createYtClient } from "../provider/yt/index.ts";
import type { YtClient } from "../provider/yt/index.ts";
import { median, report } from "./compare.ts";

const run = promisify(execFile);
const PUBLISHER = {
  resource: "bench",
  project: "bench",
  stack: "bench",
  resourceId: "bench",
  toolVersion: "0.0.0",
};
const WRAPPERS = ["operation_wrapper_one_map.sh", "operation_wrapper_one_reduce.sh"];
const UPLOAD_BYTES = 256 * 1024 * 1024;
const SMALL_BYTES = 64 * 1024;
const RUNS = 5;
const MANY = 200;
/** As many as Pulumi's engine does at once here, at most. */
const AT_ONCE = 16;

/** Measures; gives the lines of the report. */
export async function* benchPublication(): AsyncGenerator<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "bench-publication-"));
  const cluster = await startLocalCluster({ dataDirectory: path.join(folder, "data") });
  try {
    const client = createYtClient({ proxy: cluster.url });
    const counted = async (work: () => Promise<unknown>): Promise<number> => {
      cluster.clearRequests();
      await work();
      return cluster.requests.length;
    };
    yield "publication: requests, of an archive with two wrappers";
    const sets = [await makeSet(folder, SMALL_BYTES), await makeSet(folder, SMALL_BYTES)] as const;
    const [first, second] = sets;
    yield `  first (the aim is 20): ${await counted(async () => publish(client, "//home/new/a", first))}`;
    yield `  update (the aim is 15): ${await counted(async () => publish(client, "//home/new/a", second))}`;
    const looked = { client, buildFolder: "//home/new/a", digest: second.digest };
    yield `  refresh (the aim is 2): ${await counted(async () => observePublication(looked))}`;

    yield `publication: ${UPLOAD_BYTES / 1024 ** 2} MiB to the same server, which is in the uploader's process`;
    yield* await compareUploads(client, cluster.url, folder);

    yield `publication: ${MANY} at once, each of ${SMALL_BYTES / 1024} KiB`;
    yield* compareMany(client, folder);
  } finally {
    await cluster.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function noLog(): void {}

async function publish(
  client: YtClient,
  buildFolder: string,
  archiveSet: ArchiveSet,
): Promise<unknown> {
  return publishArchive({ client, buildFolder, archiveSet, publisher: PUBLISHER, log: noLog });
}

async function compareUploads(
  client: YtClient,
  url: string,
  folder: string,
): Promise<readonly string[]> {
  const { archiveFile } = await makeSet(folder, UPLOAD_BYTES);
  await client.create("file", "//tmp/curl");
  const parameters = JSON.stringify({ path: "//tmp/curl", compute_md5: true });
  const headers = ["-H", `X-YT-Parameters: ${parameters}`, "-H", "Expect:"];
  const contestants = {
    "publication's upload": async () =>
      client.writeFiles([{ path: "//tmp/ours", source: { type: "file", path: archiveFile } }]),
    "curl -T": async () =>
      run("curl", ["-sSf", ...headers, "-T", archiveFile, `${url}/api/v4/write_file`]),
  };
  const times = Object.keys(contestants).map((name) => ({ name, runsMs: new Array<number>() }));
  for (let attempt = -1; attempt < RUNS; attempt++) {
    for (const [index, work] of Object.values(contestants).entries()) {
      const tookMs = await timed(work);
      if (attempt >= 0) {
        times[index]?.runsMs.push(tookMs);
      }
    }
  }
  return report(times);
}

async function* compareMany(client: YtClient, folder: string): AsyncGenerator<string> {
  const alone: number[] = [];
  for (let index = 0; index < RUNS; index++) {
    const set = await makeSet(folder, SMALL_BYTES);
    alone.push(await timed(async () => publish(client, `//home/alone/${index}`, set)));
  }
  const sets: ArchiveSet[] = [];
  for (let index = 0; index < MANY; index++) {
    sets.push(await makeSet(folder, SMALL_BYTES));
  }
  const before = process.memoryUsage().rss;
  const tookMs = await timed(async () =>
    mapConcurrently([...sets.entries()], AT_ONCE, async ([index, set]) =>
      publish(client, `//home/many/${index}`, set),
    ),
  );
  const eachMs = tookMs / MANY;
  yield `  alone: median ${median(alone).toFixed(1)} ms; of ${MANY}: ${eachMs.toFixed(1)} ms each`;
  yield `  ratio (the aim is 0.5): ${(eachMs / median(alone)).toFixed(2)}`;
  const grownBytes = process.memoryUsage().rss - before;
  yield `  memory, with the server's: ${Math.round(grownBytes / 1024 ** 2)} MiB more than before`;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** An archive of random bytes: publication does not look into it. */
async function makeSet(folder: string, sizeBytes: number): Promise<ArchiveSet> {
  const bytes = randomBytes(sizeBytes);
  const hash = (name: string): string => createHash(name).update(bytes).digest("hex");
  const [sha256, md5] = [hash("sha256"), hash("md5")];
  const archiveFile = path.join(folder, `${sha256}.tar.gz`);
  await writeFile(archiveFile, bytes);
  const wrappers = WRAPPERS.map((name) => {
    const content = Buffer.from(`#!/bin/bash\necho ${name}\n`);
    return { name, content, sha256: createHash("sha256").update(content).digest("hex") };
  });
  return { digest: sha256, archiveFile, sha256, md5, sizeBytes, wrappers, parts: {} };
}
