/**
 * The contents of files on disk, one file per chunk, named by its id. A chunk is written and synced
 * before any node refers to it, and removed when none does any more, at the latest at the next start.
 * So an upload that breaks off leaves nothing but a chunk to remove.
 */
import * as fs from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import * as path from "node:path";
import { isMissing } from "../../common/files/file-errors.ts";
import { makeDirectory } from "../../common/files/make-directory.ts";
import { ERROR_CODE, YtError } from "../errors/yt-error.ts";
import { createId, isId } from "../objects/ids.ts";
import type { Chunk } from "../objects/node.ts";
import { Disk } from "./disk.ts";
import { createDirectorySync } from "./sync.ts";

/** Bytes read at a time. */
const READ_SIZE = 1024 * 1024;

/** Writes, reads and removes chunks. */
export class ChunkStore {
  readonly #directory: string;
  readonly #disk: Disk;
  readonly #ids: Set<string>;
  readonly #syncDirectory: () => Promise<void>;
  /** How many requests write or read a chunk, which no node need refer to yet, or any more. */
  readonly #pins = new Map<string, number>();

  constructor(directory: string, disk = new Disk()) {
    this.#directory = directory;
    this.#disk = disk;
    this.#syncDirectory = createDirectorySync(directory);
    makeDirectory(directory);
    // What has another name is not ours to remove.
    this.#ids = new Set(fs.readdirSync(directory).filter(isId));
  }

  /**
   * Stores bytes. The chunk is pinned: call `release()` once a node refers to it, or when none will.
   */
  async write(bytes: AsyncIterable<Uint8Array>): Promise<Chunk> {
    const id = createId("chunk");
    this.#ids.add(id);
    this.#pin(id);
    try {
      const file = await open(this.#pathOf(id), "wx");
      try {
        let size = 0;
        for await (const piece of bytes) {
          this.#disk.assertSpace();
          await file.writeFile(piece);
          size += piece.length;
        }
        await file.sync();
        await this.#syncDirectory();
        return { id, size };
      } finally {
        await file.close();
      }
    } catch (error) {
      this.release(id);
      throw error;
    }
  }

  /** Unpins a chunk that `write()` has pinned. */
  release(id: string): void {
    const pins = (this.#pins.get(id) ?? 0) - 1;
    if (pins > 0) {
      this.#pins.set(id, pins);
    } else {
      this.#pins.delete(id);
    }
  }

  /**
   * Reads a range of the bytes of several chunks. They are pinned from this call until all is read or
   * the generator returned, so that the file may be replaced meanwhile.
   *
   * @param offset bytes to skip
   * @param length bytes to read at most
   */
  read(
    chunks: readonly Chunk[],
    offset = 0,
    length = Number.POSITIVE_INFINITY,
  ): AsyncGenerator<Buffer> {
    // Not in the generator, which runs only when its first piece is asked for.
    for (const chunk of chunks) {
      this.#pin(chunk.id);
    }
    return this.#readPinned(chunks, offset, length);
  }

  async *#readPinned(
    chunks: readonly Chunk[],
    offset: number,
    length: number,
  ): AsyncGenerator<Buffer> {
    try {
      let skip = offset;
      let left = length;
      for (const chunk of chunks) {
        const start = Math.min(skip, chunk.size);
        const count = Math.min(chunk.size - start, left);
        skip -= start;
        left -= count;
        yield* this.#readChunk(chunk, start, count);
      }
    } finally {
      for (const chunk of chunks) {
        this.release(chunk.id);
      }
    }
  }

  /** Removes every chunk that is neither used nor pinned. */
  removeUnused(used: ReadonlySet<string>): void {
    for (const id of this.#ids) {
      if (used.has(id) || this.#pins.has(id)) {
        continue;
      }
      fs.rmSync(this.#pathOf(id), { force: true });
      this.#ids.delete(id);
    }
  }

  async *#readChunk(chunk: Chunk, start: number, count: number): AsyncGenerator<Buffer> {
    if (count <= 0) {
      return;
    }
    const file = await this.#openToRead(chunk);
    try {
      let position = start;
      const end = start + count;
      while (position < end) {
        const buffer = Buffer.allocUnsafe(Math.min(READ_SIZE, end - position));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
        if (bytesRead === 0) {
          throw lostError(chunk, "Chunk is shorter than recorded");
        }
        yield buffer.subarray(0, bytesRead);
        position += bytesRead;
      }
    } finally {
      await file.close();
    }
  }

  async #openToRead(chunk: Chunk): Promise<FileHandle> {
    try {
      return await open(this.#pathOf(chunk.id), "r");
    } catch (error) {
      throw isMissing(error) ? lostError(chunk, "Chunk is lost") : error;
    }
  }

  #pin(id: string): void {
    this.#pins.set(id, (this.#pins.get(id) ?? 0) + 1);
  }

  #pathOf(id: string): string {
    return path.join(this.#directory, id);
  }
}

/** As readers of a cluster say it of a chunk that no node has (ytlib/chunk_client/replication_reader.cpp). */
function lostError({ id }: Chunk, reason: string): YtError {
  return new YtError(ERROR_CODE.chunkMetaFetchFailed, `Error fetching meta for chunk ${id}`, {
    innerErrors: [new YtError(ERROR_CODE.chunkIsLost, reason)],
  });
}
