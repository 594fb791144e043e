/** Small archive sets, publishers and logs for tests of publications. */
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { ArchiveSet, Publisher } from "../../provider/publication/index.ts";
import { makeTemporaryFolder } from "./test-cluster.ts";

export const BUILD_FOLDER = "//home/daily/build";

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
