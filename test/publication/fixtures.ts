import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { startLocalCluster } from "../../local-cluster/index.ts";
import type { ArchiveSet, Publisher } from "../../provider/publication/index.ts";
import { createYtClient } from "../../provider/yt/index.ts";
import type { YtClient } from "../../provider/yt/index.ts";
import { rawCluster } from "./raw-cluster.ts";
import type { RawCluster } from "./raw-cluster.ts";

export const BUILD_FOLDER = "//home/daily/build";

/** A cluster of the test's own, the client under test, and a second client to look behind it. */
export interface TestCluster {
  readonly url: string;
  readonly client: YtClient;
  readonly raw: RawCluster;
}

export async function startTestCluster(context: TestContext): Promise<TestCluster> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "ytcode-test-"));
  const cluster = await startLocalCluster({ dataDirectory });
  context.after(async () => {
    await cluster.close();
    await rm(dataDirectory, { recursive: true });
  });
  const { url } = cluster;
  const retry = { firstDelayMs: 1, maxDelayMs: 5 };
  const client = createYtClient({ proxy: url, displayName: "test", retry });
  return { url, client, raw: rawCluster(url) };
}

export async function makeTemporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "ytcode-test-"));
  context.after(async () => rm(folder, { recursive: true, force: true }));
  return folder;
}

export const PUBLISHER: Publisher = {
  resource: "daily",
  project: "sales",
  stack: "dev",
  resourceId: "dev/daily/1",
  toolVersion: "0.1.0",
};

export const OTHER_PUBLISHER: Publisher = {
  ...PUBLISHER,
  resource: "hourly",
  stack: "prod",
  resourceId: "prod/hourly/7",
};

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

export function md5(content: string | Uint8Array): string {
  return createHash("md5").update(content).digest("hex");
}

/** What goes into a made-up archive; its bytes need not be an archive for publication. */
export interface ArchiveContent {
  readonly archive: string | Uint8Array;
  /** Wrapper name to content. */
  readonly wrappers?: Readonly<Record<string, string>>;
  /** Part key to anything. @default one part, the archive */
  readonly parts?: Readonly<Record<string, string>>;
  /** What the digest is made of. @default the archive and the wrappers */
  readonly identity?: string;
}

export async function makeArchiveSet(
  context: TestContext,
  content: ArchiveContent,
): Promise<ArchiveSet> {
  const { archive, wrappers = {}, parts = { "stages/run": sha256(archive) } } = content;
  const archiveFile = join(await makeTemporaryFolder(context), "source.tar.gz");
  await writeFile(archiveFile, archive);
  return {
    digest: sha256(content.identity ?? sha256(archive) + JSON.stringify(wrappers)),
    archiveFile,
    sha256: sha256(archive),
    md5: md5(archive),
    sizeBytes: Buffer.byteLength(archive),
    wrappers: Object.entries(wrappers).map(([name, text]) => ({
      name,
      content: Buffer.from(text),
      sha256: sha256(text),
    })),
    parts,
  };
}

/** A line log that can be looked at. */
export function makeLog(): { readonly lines: string[]; readonly log: (line: string) => void } {
  const lines: string[] = [];
  return { lines, log: (line) => lines.push(line) };
}
