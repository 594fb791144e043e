/** The archives of a game: three, with none, one and two wrappers, all of them small, or large enough for pieces. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ArchiveSet } from "../../../provider/publication/index.ts";
import { md5, sha256 } from "../publication-fixtures.ts";

/** What is large in a game: some pieces, of which the archives share all but the last ones. */
export const GAME_PIECES = { aboveBytes: 1000, pieceBytes: 200 } as const;

/** @param directory where the archive's file is made */
export async function makeSet(
  directory: string,
  name: string,
  wrapperCount: number,
  isLarge = false,
): Promise<ArchiveSet> {
  const archive = `${isLarge ? `${name} `.repeat(120) : ""}archive ${wrapperCount} of ${name}`;
  const archiveFile = join(directory, `${wrapperCount}.tar.gz`);
  await writeFile(archiveFile, archive);
  const wrappers = Array.from({ length: wrapperCount }, (_, stage) => {
    const content = `wrapper ${stage} of ${archive}`;
    const wrapper = `operation_wrapper_stage${stage}_map.sh`;
    return { name: wrapper, content: Buffer.from(content), sha256: sha256(content) };
  });
  return {
    digest: sha256(`identity of ${archive}`),
    archiveFile,
    sha256: sha256(archive),
    md5: md5(archive),
    sizeBytes: archive.length,
    wrappers,
    parts: { "stages/run": sha256(archive) },
  };
}
