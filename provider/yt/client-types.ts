/** The client's interface, and the options and results of its methods. */
import type { Clock } from "./clock.ts";

/** Types of Cypress nodes that the project meets. */
export type NodeType = "map_node" | "file" | "table" | "link" | "document" | "string_node";

/** What a client's commands run in. */
export interface ClientScope {
  /** The transaction of every command; `undefined` for none. */
  readonly transactionId: string | undefined;
  /** Stops every command when aborted. */
  readonly signal: AbortSignal | undefined;
}

/** One child, as `list` gives it. */
export interface ListedNode {
  /** The raw name, not escaped for use in a path. */
  readonly name: string;
  /** Those of the asked for attributes that the node has. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface CreateOptions {
  /** Also create the missing parent map nodes. @default false */
  readonly recursive?: boolean;
  /** A node of the same type may be there already; it is left alone, its attributes too. @default false */
  readonly ignoreExisting?: boolean;
  /** Replace what is there, of whatever type. @default false */
  readonly force?: boolean;
  /** User attributes of a new node. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

export interface RemoveOptions {
  /** Also a map node that has children. @default false */
  readonly recursive?: boolean;
  /** A missing node is fine. @default false */
  readonly force?: boolean;
}

export interface CopyOptions {
  /** Also create the destination's missing parent map nodes. @default false */
  readonly recursive?: boolean;
  /** Replace what is at the destination. @default false */
  readonly force?: boolean;
}

export interface LockOptions {
  readonly mode: "exclusive" | "shared" | "snapshot";
  /** With mode `shared`: lock this one child's place. */
  readonly childKey?: string;
  /** With mode `shared`: lock this one attribute. */
  readonly attributeKey?: string;
}

export interface StartTransactionOptions {
  /** Shown in the cluster's interface and to those who wait for a lock. */
  readonly title: string;
  /** The cluster aborts the transaction when it is not pinged for so long. */
  readonly timeoutMs: number;
  /** Further attributes, readable at `#<transaction>/@name`. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** What to write: a local file or a stream, opened anew at each attempt, or bytes. */
export type FileSource =
  | { readonly type: "file"; readonly path: string }
  | { readonly type: "bytes"; readonly bytes: Uint8Array }
  | { readonly type: "stream"; readonly open: () => AsyncIterable<Uint8Array> };

/** One file of several. */
export interface FileToWrite extends WriteFileOptions {
  readonly path: string;
  readonly source: FileSource;
}

/** What went over the wire. */
export interface SentFile {
  readonly sizeBytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
}

export interface WriteFileOptions {
  /** User attributes of the new node. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** Called after each chunk, and every second meanwhile; with 0 when an attempt has failed. */
  readonly onProgress?: ((sentBytes: number) => void) | undefined;
}

export interface ReadFileOptions {
  /** Called after each chunk. */
  readonly onProgress?: (receivedBytes: number) => void;
}

/** A file's content as it went over the wire, hashed on the way. */
export interface TransferredFile {
  readonly sizeBytes: number;
  /** 32 hex digits. */
  readonly md5: string;
  /** 64 hex digits. */
  readonly sha256: string;
}

/** The commands of few bytes, which may also be part of a batch. */
export interface LightCommands {
  /** The cluster as the user named it, for messages. */
  readonly proxy: string;

  exists(path: string): Promise<boolean>;
  /** The value at a path, mostly an attribute's: `get("//home/x/@type")`. @throws {ResolveError} */
  get(path: string): Promise<unknown>;
  /**
   * Those of the attributes that the node has. Not for big map nodes: it reads the subtree.
   *
   * @throws {ResolveError}
   */
  getAttributes(path: string, names: readonly string[]): Promise<Readonly<Record<string, unknown>>>;
  /** All children, sorted by name. @throws {ResolveError} */
  list(path: string, attributeNames?: readonly string[]): Promise<readonly ListedNode[]>;
  set(path: string, value: unknown): Promise<void>;
  /** Sets these user attributes of the node and leaves the others. */
  multisetAttributes(path: string, attributes: Readonly<Record<string, unknown>>): Promise<void>;
  /** @returns the node's id @throws {AlreadyExistsError} */
  create(type: NodeType, path: string, options?: CreateOptions): Promise<string>;
  remove(path: string, options?: RemoveOptions): Promise<void>;
  /** Inside the cluster; a file's content is shared, not copied. @returns the new node's id */
  copy(sourcePath: string, destinationPath: string, options?: CopyOptions): Promise<string>;
  /** @returns the node's id at its new place */
  move(sourcePath: string, destinationPath: string, options?: CopyOptions): Promise<string>;
  /** @returns the id of the locked node @throws {LockConflictError} */
  lock(path: string, options: LockOptions): Promise<string>;
}

/** The commands about transactions, which are no part of a batch: `withTransaction` sends them. */
export interface TransactionCommands {
  /** Starts a transaction, nested in the scope's. `withTransaction` also pings, commits and aborts it. @returns its id */
  startTransaction(options: StartTransactionOptions): Promise<string>;
  pingTransaction(transactionId: string): Promise<void>;
  commitTransaction(transactionId: string): Promise<void>;
  /** Also fine when the transaction is over. */
  abortTransaction(transactionId: string): Promise<void>;
}

/**
 * A YTsaurus cluster through its HTTP API (v4), as far as publication needs it.
 *
 * Every method retries what may be retried (safely: mutations carry a mutation id), and throws a
 * `YtError`, or `CancelledError` when its signal is aborted. All of them are `UserError`s.
 */
export interface YtClient extends LightCommands, TransactionCommands, ClientScope {
  readonly clock: Clock;
  readonly log: (line: string) => void;

  /** The same client with commands in another transaction or under another signal. */
  scoped(scope: ClientScope): YtClient;

  /**
   * Runs commands that do not depend on each other: what `work` asks for before it waits is sent in
   * one request (`execute_batch`). They run in no order. Each has its own answer and its own error;
   * where one may be repeated, all are, under their mutation ids, so that nothing is done twice.
   */
  batch<Result>(work: (batch: LightCommands) => Promise<Result>): Promise<Result>;

  /**
   * Creates a file node with this content, replacing whatever is at the path, and verifies size and
   * MD5 on the cluster. Nothing is visible at the path before all of it is there.
   */
  writeFile(path: string, source: FileSource, options?: WriteFileOptions): Promise<TransferredFile>;
  /**
   * As `writeFile`, for several files in one transaction: a failed attempt is repeated as a whole. The
   * cluster computes each MD5: comparing it is up to the caller, for all files at once.
   *
   * @returns what was sent, in the order of the files
   */
  writeFiles(files: readonly FileToWrite[]): Promise<readonly SentFile[]>;
  /**
   * Creates a file node, replacing whatever is at the path, whose content is that of other files of the cluster one
   * after the other: it is shared, not copied. The file has no MD5.
   */
  concatenate(
    sourcePaths: readonly string[],
    destinationPath: string,
    attributes: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  /** Reads a file into a local one, which is created or overwritten. Resumes where a broken transfer stopped. */
  readFile(path: string, localPath: string, options?: ReadFileOptions): Promise<TransferredFile>;
  /** Gives a file's content to `sink` in chunks, each once; resumes and verifies as `readFile` does. */
  readFileTo(path: string, sink: (chunk: Uint8Array) => Promise<void>): Promise<TransferredFile>;
  /**
   * A file's content, as fast as it is taken; resumes as `readFile` does. What came is for the taker to
   * verify, who knows what it should be.
   */
  streamFile(path: string): AsyncGenerator<Uint8Array>;
  /** Reads a small file into memory. */
  readFileContent(path: string): Promise<Buffer>;
}
