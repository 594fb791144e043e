/** What is known of the files of a part: from the manifest, from what is remembered here, or from the inputs alone. */
import { isRecord } from "../../../common/values/is-record.ts";
import { fileDigest, filesOfEntry } from "../../manifest/file-digests.ts";
import type { Part } from "../../manifest/manifest.ts";
import { rootOfKey } from "../../manifest/part-key.ts";
import { contentOf, recallPart } from "./part-memory.ts";
import type { RememberedContent, RememberedFile } from "./part-memory.ts";

/** A file of a part, or several that the inputs have as one entry. */
export interface KnownFile {
  /** Short digest; of an executable file it ends in `+x`. */
  readonly digest: string;
  /** How many files it stands for. */
  readonly count: number;
  /** Undefined when it is not known. */
  readonly sizeBytes: number | undefined;
  /** Looked up when it is wanted. */
  readonly content: () => RememberedContent;
}

/** The files of a part by their names in it. */
export type KnownFiles = ReadonlyMap<string, KnownFile>;

/** A part: its digest, and its value among the inputs. */
export interface PartVersion {
  readonly key: string;
  /** In hex; undefined when it is not known. */
  readonly digest: string | undefined;
  readonly input: unknown;
}

const UNKNOWN_CONTENT = (): RememberedContent => ({ type: "unknown" });

/** The files of a part that is read from the pipeline. */
export function filesOfPart({ root, files }: Part): KnownFiles {
  return new Map(
    files.map((file) => {
      const [name, digest] = fileDigest(root, file);
      const { sizeBytes } = file;
      return [name, { digest, count: 1, sizeBytes, content: () => contentOf(file) }];
    }),
  );
}

/** The files of a part that was built or published here; undefined when it is not remembered. */
export function rememberedFiles({ key, digest = "" }: PartVersion): KnownFiles | undefined {
  const files = recallPart(digest);
  return files && knownFiles(key, files);
}

/** The files of a part as previews compare them. */
export function knownFiles(key: string, files: readonly RememberedFile[]): KnownFiles {
  const root = rootOfKey(key);
  return new Map(
    files.map((file) => {
      const [name, shown] = fileDigest(root, file);
      const { sizeBytes, content } = file;
      return [name, { digest: shown, count: 1, sizeBytes, content: () => content }];
    }),
  );
}

/** What the inputs say of a part's files; undefined for one that is promoted, of which they have only a digest. */
export function filesOfInput({ input }: PartVersion): KnownFiles | undefined {
  if (!isRecord(input)) {
    return undefined;
  }
  const entries = Object.entries(input).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return new Map(
    entries.map(([name, digest]) => {
      const count = filesOfEntry(name, digest);
      return [name, { digest, count, sizeBytes: undefined, content: UNKNOWN_CONTENT }];
    }),
  );
}

/** Whether each entry is a file, and none stands for several. */
export function isByFile(files: KnownFiles): boolean {
  return [...files].every(([name, { count }]) => count === 1 && !name.endsWith("/"));
}

/** How many files there are. */
export function countFiles(files: KnownFiles): number {
  return [...files.values()].reduce((sum, { count }) => sum + count, 0);
}
