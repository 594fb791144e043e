/** Publications: how many requests they take, how fast bytes go against curl, and many in one `up` against one. */
import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { startLocalCluster } from "../local-cluster/index.ts";
import { observePublication, publishArchive } from "../provider/publication/index.ts";
import type { ArchiveSet } from "../provider/publication/index.ts";
import { createYtClient } from "../provider/yt/index.ts";
import type { YtClient } from "../provider/yt/index.ts";
import { startClusterProcess } from "../test/tools/cluster-process.ts";
import { median, report } from "./compare.ts";
import { compareManyInOneUp } from "./many-in-one-up.ts";

const run = promisify(execFile);
const PUBLISHER = {
  resource: "bench",
  project: "bench",
  stack: "bench",
  resourceId: "bench",
  toolVersion: "0.0.0",
};
const WRAPPERS = ["operation_wrapper_one_map.sh", "operation_wrapper_one_reduce.sh"];
const UPLOAD_BYTES = 300 * 1024 * 1024;
const SMALL_BYTES = 64 * 1024;
/** Many short ones, as other work of the machine falls on some of them. */
const RUNS = 11;

/** Measures; gives the lines of the report. */
export async function* benchPublication(): AsyncGenerator<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "bench-publication-"));
  const stops: (() => unknown)[] = [];
  try {
    yield "publication: requests, of an archive with two wrappers";
    yield* await countRequests(folder);

    const owner = { after: (stop: () => unknown) => void stops.push(stop) };
    const dataDirectory = path.join(folder, "data");
    const { url } = await startClusterProcess(owner, { dataDirectory });
    yield `publication: ${UPLOAD_BYTES / 1024 ** 2} MiB to a server in a process of its own (the aim is at most 1.11)`;
    yield* await compareUploads(url, folder);

    yield "publication: many small pipelines in one up, each 1/n of its time; one alone pays for the start of all processes";
    yield* compareManyInOneUp(url, folder);
  } finally {
    for (const stop of stops) {
      stop();
    }
    await rm(folder, { recursive: true, force: true });
  }
}

async function countRequests(folder: string): Promise<readonly string[]> {
  const cluster = await startLocalCluster({ dataDirectory: path.join(folder, "counted") });
  try {
    const client = createYtClient({ proxy: cluster.url });
    const counted = async (work: () => Promise<unknown>): Promise<number> => {
      cluster.clearRequests();
      await work();
      return cluster.requests.length;
    };
    const first = await makeSet(folder, SMALL_BYTES);
    const second = await makeSet(folder, SMALL_BYTES);
    const look = { client, buildFolder: "//home/new/a", digest: second.digest };
    return [
      `  first (the aim is 20): ${await counted(async () => publish(client, "//home/new/a", first))}`,
      `  update (the aim is 15): ${await counted(async () => publish(client, "//home/new/a", second))}`,
      `  refresh (the aim is 2): ${await counted(async () => observePublication(look))}`,
    ];
  } finally {
    await cluster.close();
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

async function compareUploads(url: string, folder: string): Promise<readonly string[]> {
  const client = createYtClient({ proxy: url });
  const { archiveFile } = await makeSet(folder, UPLOAD_BYTES);
  await client.create("file", "//tmp/curl");
  const parameters = JSON.stringify({ path: "//tmp/curl", compute_md5: true });
  const headers = ["-H", `X-YT-Parameters: ${parameters}`, "-H", "Expect:"];
  const address = `${url}/api/v4/write_file`;
  const contestants = {
    "publication's upload": async () =>
      client.writeFiles([{ path: "//tmp/ours", source: { type: "file", path: archiveFile } }]),
    "curl -T": async () => run("curl", ["-sSf", ...headers, "-T", archiveFile, address]),
    // What a sender in this language can reach at best: no digest, no transaction.
    "node:http": async () => putFile(address, parameters, archiveFile),
  };
  const times = Object.keys(contestants).map((name) => ({
    name,
    runsMs: new Array<number>(),
    processorMs: new Array<number>(),
  }));
  for (let attempt = -1; attempt < RUNS; attempt++) {
    for (const [index, work] of Object.values(contestants).entries()) {
      const before = process.cpuUsage();
      const tookMs = await timed(work);
      const { user, system } = process.cpuUsage(before);
      if (attempt >= 0) {
        times[index]?.runsMs.push(tookMs);
        times[index]?.processorMs.push((user + system) / 1000);
      }
    }
  }
  const inThisProcess = times.filter(({ name }) => name !== "curl -T");
  return [
    ...report(times),
    ...inThisProcess.map(
      ({ name, processorMs }) => `  ${name}: ${Math.round(median(processorMs))} ms of a processor`,
    ),
  ];
}

/** @throws {Error} when the server refuses */
async function putFile(address: string, parameters: string, file: string): Promise<void> {
  const headers = { "X-YT-Parameters": parameters, "Content-Length": UPLOAD_BYTES };
  const sending = request(address, { method: "PUT", headers });
  const answered = once(sending, "response");
  await pipeline(createReadStream(file, { highWaterMark: 512 * 1024 }), sending);
  const [response] = await answered;
  response.resume();
  await once(response, "end");
  if (response.statusCode !== 200) {
    throw new Error(`node:http got status ${response.statusCode}`);
  }
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
