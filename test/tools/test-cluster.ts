/** A local cluster, the client under test and a second client, for one test. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { startLocalCluster } from "../../local-cluster/index.ts";
import type { LocalCluster } from "../../local-cluster/index.ts";
import { createYtClient } from "../../provider/yt/index.ts";
import type { YtClient } from "../../provider/yt/index.ts";
import { rawCluster } from "./raw-cluster.ts";
import type { RawCluster } from "./raw-cluster.ts";

/** A cluster of the test's own, the client under test, and a second client to look behind it. */
export interface TestCluster {
  readonly url: string;
  /** For its request log and its faults. */
  readonly cluster: LocalCluster;
  readonly dataDirectory: string;
  readonly client: YtClient;
  readonly raw: RawCluster;
}

/** Waits between attempts that are too short to notice. */
export const FAST_RETRY = { firstDelayMs: 1, maxDelayMs: 5 } as const;

/** @param token the only token that the cluster lets in; any by default */
export async function startTestCluster(context: TestContext, token?: string): Promise<TestCluster> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "ytcode-test-"));
  const cluster = await startLocalCluster({ dataDirectory, token });
  context.after(async () => {
    await cluster.close();
    await rm(dataDirectory, { recursive: true });
  });
  const { url } = cluster;
  const client = createYtClient({ proxy: url, displayName: "test", token, retry: FAST_RETRY });
  return { url, cluster, dataDirectory, client, raw: rawCluster(url, token) };
}

export async function makeTemporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "ytcode-test-"));
  context.after(async () => rm(folder, { recursive: true, force: true }));
  return folder;
}
