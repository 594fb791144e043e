/** A file that a source holds, and what is to be listed of a source. */
import type { Stats } from "node:fs";
import { signatureOf } from "../../../common/cache/file-signature.ts";
import type { FileSignature } from "../../../common/cache/file-signature.ts";
import { UserError } from "../../../common/errors/user-error.ts";

/** A file that will be packed. */
export interface FoundFile {
  /** Relative to the source, with `/`; `""` when the source is itself a file. */
  readonly relativePath: string;
  /** Where to read it. */
  readonly absolutePath: string;
  /** Its real path, where links lead to it or to a directory above. */
  readonly linkedPath: string;
  /** Whether its owner may execute it: all that the archive keeps of a mode. */
  readonly isExecutable: boolean;
  /** What the file system says of it. */
  readonly signature: FileSignature;
}

/** What to list. */
export interface SourceOptions {
  /** Absolute path of the source: a directory or a file. */
  readonly source: string;
  /**
   * Absolute path of the directory where `.ytignore` files begin to count: the pipeline
   * directory for a source inside it. @default the source itself
   */
  readonly rulesFrom?: string;
  /**
   * Real path of the directory that links must not lead out of: the pipeline directory for a source
   * inside it. @default none: links are followed wherever they lead, as Python does
   */
  readonly linksWithin?: string | undefined;
  /** Only these entries of the source directory, those that exist. @default all */
  readonly only?: readonly string[];
}

/**
 * What the archive keeps of a file.
 *
 * @throws {UserError} for a socket, device or FIFO
 */
export function toFoundFile(
  relativePath: string,
  absolutePath: string,
  linkedPath: string,
  stats: Stats,
): FoundFile {
  if (!stats.isFile()) {
    throw new UserError(
      `Cannot pack "${absolutePath}" as it is ${kindOf(stats)}: only files and directories can be packed`,
      { argument: "pipeline" },
    );
  }
  return {
    relativePath,
    absolutePath,
    linkedPath,
    isExecutable: (stats.mode & 0o100) !== 0,
    signature: signatureOf(stats),
  };
}

function kindOf(stats: Stats): string {
  if (stats.isSocket()) {
    return "a socket";
  }
  if (stats.isFIFO()) {
    return "a FIFO";
  }
  return "a device";
}
