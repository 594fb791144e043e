/** Plans to make pages of. */
import type { PlanDocument, PlanFile, PlanPart } from "../../../../cli/plan/plan-document.ts";

/** A part of files with the given sizes. */
export function partOf(
  key: string,
  root: string,
  sizes: Readonly<Record<string, number>>,
): PlanPart {
  const files = Object.entries(sizes).map(([path, sizeBytes]): PlanFile => ({
    path,
    mode: "0644",
    sizeBytes,
    sha256: "0a".repeat(32),
  }));
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const kind = key.startsWith("stages/") ? "stage" : "upload-path";
  return { key, kind, root, digest: "f1".repeat(32), sizeBytes, fileCount: files.length, files };
}

/** A plan of parts. */
export function planOf(
  parts: readonly PlanPart[],
  changes: Partial<PlanDocument> = {},
): PlanDocument {
  return {
    version: 1,
    pipelineDirectory: "/home/me/pipelines/daily",
    digest: "c3".repeat(32),
    mode: "prod",
    buildFolder: "//home/me/daily/build",
    environment: [],
    ytjobs: "shipped with pulumi-yt-code",
    sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    fileCount: parts.reduce((sum, part) => sum + part.fileCount, 0),
    operations: [
      {
        stage: "train",
        operation: "map",
        wrapper: "operation_wrapper_train_map.sh",
        entryPoint: "stages/train/src/mapper.py",
      },
    ],
    warnings: [],
    biggest: { files: [], folders: [] },
    parts,
    ...changes,
  };
}

/** Four parts, of which one is a single file; sizes in KiB that are easy to tell. */
export const SMALL_PLAN: PlanDocument = planOf(
  [
    partOf("model/", "model", {
      "model/weights.bin": 400_000,
      "model/old/deep/weights.bin": 150_000,
      "model/old/deep/notes.txt": 50_000,
    }),
    partOf("stages/train", "stages/train", {
      "stages/train/config.yaml": 20_000,
      "stages/train/src/mapper.py": 100_000,
      "stages/train/src/words.py": 80_000,
      "stages/train/src/__init__.py": 0,
    }),
    partOf("./words.txt", "words.txt", { "words.txt": 120_000 }),
    partOf("wrappers/", "", { "operation_wrapper_train_map.sh": 80_000 }),
  ],
  {
    warnings: [{ type: "large-part", part: "model/", message: 'Part "model/" is over 100 MB' }],
  },
);

/** A plan of so many files, the same each time: few are big, as in real archives. */
export function largePlan(fileCount: number): PlanDocument {
  const perPart = fileCount / 10;
  const parts = Array.from({ length: 10 }, (_, part) => {
    const root = `package_${part}`;
    const sizes = Array.from({ length: perPart }, (__, file) => {
      const folder = `folder_${file % 7}/inner_${file % 5}`;
      return [`${root}/${folder}/module_${file}.py`, Math.ceil(1e6 / (file + 1) ** 0.8)] as const;
    });
    return partOf(`${root}/`, root, Object.fromEntries(sizes));
  });
  return planOf(parts);
}
