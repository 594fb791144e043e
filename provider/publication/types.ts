/** What publication takes and gives; shared by publishing, promoting, observing and removing. */

/** What identifies the bytes of a file. */
export interface FileHashes {
  /** 64 hex digits. */
  readonly sha256: string;
  /** 32 hex digits. */
  readonly md5: string;
  readonly sizeBytes: number;
}

/** A wrapper script that belongs into the build folder beside the archive. */
export interface WrapperFile {
  /** `operation_wrapper_<stage>_<operation>.sh`. */
  readonly name: string;
  readonly content: Buffer;
  /** 64 hex digits. */
  readonly sha256: string;
}

/** What a version was packed from. */
export interface Revision {
  /** The git commit that was checked out, in hex. */
  readonly commit: string;
  /** Whether what was packed had changes that were not committed. */
  readonly dirty: boolean;
}

/** A packed archive and its wrappers, ready to be published. The hashes are of the archive file. */
export interface ArchiveSet extends FileHashes {
  /** Identity of the archive: the digest of its parts, 64 hex digits. */
  readonly digest: string;
  /** Local path of `source.tar.gz`. */
  readonly archiveFile: string;
  readonly wrappers: readonly WrapperFile[];
  /** Part key (`"stages/run_map"`) to part digest. */
  readonly parts: Readonly<Record<string, string>>;
  /** Absent where there is no git checkout, or no git. */
  readonly revision?: Revision | undefined;
}

/** On whose behalf something is published; recorded on the nodes. */
export interface Publisher {
  /** The resource's name: `daily`. */
  readonly resource: string;
  /** Pulumi project. */
  readonly project: string;
  /** Pulumi stack. */
  readonly stack: string;
  /** Identifies this very resource: what is removed with it is what bears this id. */
  readonly resourceId: string;
  /** Version of this package. */
  readonly toolVersion: string;
}

/** Where promoted bytes come from; recorded as `ytcode_promoted_from`. */
export interface PromotedFrom {
  readonly proxy: string;
  readonly buildFolder: string;
  readonly sha256: string;
}

/**
 * What is on the cluster after a publication. The hashes are of the archive there, which may differ
 * from the local one: the cluster may have the same content from another machine, whose zlib
 * compressed it differently.
 */
export interface Published extends FileHashes {
  /** The stable path: `<build folder>/source.tar.gz`. */
  readonly archivePath: string;
  /** The immutable path: `<build folder>/versions/<digest>/source.tar.gz`. */
  readonly versionPath: string;
  /** File content that went over the network, archive and wrappers. */
  readonly bytesSent: number;
  /** Parts with the same digest in the set that was live before. */
  readonly partsReused: number;
  /** Whether the archive's bytes were sent; `false` when the cluster had them. */
  readonly uploaded: boolean;
  readonly promotedFrom?: PromotedFrom;
  /** Of an archive that the cluster has put together, and which has no MD5 there: what tells its content. */
  readonly chunks?: string;
}

/** One wrapper of a version on a cluster. */
export interface FoundWrapper extends FileHashes {
  readonly name: string;
}

/** A whole version on a cluster, found to be promoted. The hashes are of its archive. */
export interface FoundVersion extends FileHashes {
  readonly digest: string;
  readonly parts: Readonly<Record<string, string>>;
  readonly wrappers: readonly FoundWrapper[];
  /** The map node that holds its files: `<build folder>/versions/<digest>`, or the build folder itself. */
  readonly directory: string;
  /** Whether the stable names hold this version. */
  readonly live: boolean;
  /** Who published it, as recorded. */
  readonly publisher: Publisher;
  /** ISO 8601, UTC; when its archive came to that place. */
  readonly publishedAt: string;
  /** What it was packed from, as recorded. */
  readonly revision?: Revision;
}
