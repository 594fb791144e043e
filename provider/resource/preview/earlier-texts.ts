/**
 * What changed parts held before, from where it was published: wanted with `--diff` alone, and only of what nothing
 * here remembers. A preview that cannot read it knows less, and says so.
 */
import { createReadStream } from "node:fs";
import path from "node:path";
import { Limiter } from "../../../common/concurrency/limiter.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { isMissing, isSystemError } from "../../../common/files/file-errors.ts";
import { formatSize } from "../../../common/text/format-size.ts";
import { shownName } from "../../../common/text/shown-name.ts";
import { ARCHIVE_NAME } from "../../archive/build/local-build.ts";
import { shortDigest, withShortDigests } from "../../manifest/digests.ts";
import { versionDirectoryOf } from "../../publication/layout.ts";
import { systemClock } from "../../yt/clock.ts";
import { joinYPath } from "../../yt/ypath.ts";
import { isProperties } from "../arguments.ts";
import type { Properties } from "../arguments.ts";
import { publishedPlace } from "../outputs.ts";
import { resourceName } from "../read.ts";
import type { ProviderSettings } from "../settings.ts";
import { digestOf, partsOf } from "./archive-versions.ts";
import type { FoundPromotion } from "./notes.ts";
import { MAX_TEXT_BYTES, recallPart, rememberFiles } from "./part-memory.ts";
import type { RememberedFile } from "./part-memory.ts";
import type { PartVersion } from "./part-contents.ts";

/** Larger archives are not fetched, in bytes. */
const MAX_ARCHIVE_BYTES = 64 << 20;

/** How much a run fetches of all its archives, in bytes. */
const MAX_RUN_BYTES = 256 << 20;

/** How long one archive may take, in milliseconds: a preview is waited for. */
const PATIENCE_MS = 60_000;

/** The files of parts, by the parts' digests. */
export type EarlierParts = ReadonlyMap<string, readonly RememberedFile[]>;

/** An archive that is somewhere. */
interface KnownArchive {
  readonly name: string;
  readonly sizeBytes: number;
  readonly parts: ReadonlyMap<string, PartVersion>;
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
}

/** A version in a build folder. */
interface VersionPlace {
  readonly buildFolder: string;
  readonly digest: string;
  /** Where its files are. */
  readonly directory: string;
}

/** What one run of the provider's process fetches, a few archives at a time. */
export class EarlierTexts {
  readonly #limiter = new Limiter(2);
  #bytesLeft = MAX_RUN_BYTES;

  /**
   * Fetches what the changed parts of an archive held before and, of one that is promoted, what they will hold.
   *
   * @param log takes a line for each archive that cannot be read
   * @throws {CancelledError} when `settings.signal` is aborted
   */
  async fetch(
    olds: Properties,
    news: Properties,
    settings: ProviderSettings,
    log: (line: string) => void,
  ): Promise<EarlierParts> {
    const found = new Map<string, readonly RememberedFile[]>();
    const [before, after] = [partsOf(olds), partsOf(news)];
    const changed = [...after.keys()].filter((key) => {
      const [old, now] = [before.get(key)?.digest, after.get(key)?.digest];
      return old !== undefined && now !== undefined && old !== now;
    });
    const promotion = settings.notes?.findPromotion(news);
    const archives = [
      archiveBefore(olds, before, settings),
      promotion && promotedArchive(news, after, promotion, settings),
    ];
    for (const archive of archives) {
      const wanted = archive && wantedParts(archive.parts, changed);
      if (archive === undefined || wanted === undefined || wanted.size === 0) {
        continue;
      }
      const parts = await this.#limiter.run(() => this.#read(archive, wanted, settings, log, news));
      for (const [digest, files] of parts) {
        found.set(digest, files);
        rememberFiles(digest, files, ({ content }) => content);
      }
    }
    return found;
  }

  async #read(
    { name, sizeBytes, parts, open }: KnownArchive,
    wanted: ReadonlyMap<string, string>,
    { signal, clock = systemClock }: ProviderSettings,
    log: (line: string) => void,
    news: Properties,
  ): Promise<EarlierParts> {
    const say = (reason: string): EarlierParts => {
      log(`${shownName(resourceName(news))}: lines stay unknown: ${reason}`);
      return new Map();
    };
    if (sizeBytes > MAX_ARCHIVE_BYTES) {
      const limit = formatSize(MAX_ARCHIVE_BYTES);
      return say(`"${name}" has ${formatSize(sizeBytes)}, and more than ${limit} is not fetched`);
    }
    if (sizeBytes > this.#bytesLeft) {
      return say(`${formatSize(MAX_RUN_BYTES)} are fetched in all, and "${name}" would be more`);
    }
    this.#bytesLeft -= sizeBytes;
    const timeout = clock.timeout(PATIENCE_MS);
    try {
      // Loaded where wanted, as it brings what reads archives.
      const { readParts } = await import("./archive-parts.ts");
      const bytes = await open(signal === undefined ? timeout : AbortSignal.any([signal, timeout]));
      const source = noMoreThan(sizeBytes, bytes, name);
      const read = await readParts(source, { name, keys: [...parts.keys()], wanted });
      if (read.size < new Set(wanted.values()).size) {
        say(`"${name}" does not hold what the state knows`);
      }
      return read;
    } catch (error) {
      if (!(error instanceof Error) || signal?.aborted === true) {
        throw error;
      }
      if (timeout.aborted) {
        return say(`"${name}" took longer than ${PATIENCE_MS / 1000} s to come`);
      }
      if (error instanceof UserError || isSystemError(error)) {
        const message = isMissing(error) ? `"${name}" is not there` : error.message;
        return say(shownName(withShortDigests(message)));
      }
      throw error;
    }
  }
}

/** What is not remembered of parts whose texts count: digests by keys. */
function wantedParts(
  parts: ReadonlyMap<string, PartVersion>,
  changed: readonly string[],
): ReadonlyMap<string, string> {
  return new Map(
    changed.flatMap((key) => {
      const digest = parts.get(key)?.digest;
      const files = digest === undefined ? [] : recallPart(digest);
      const isKnown = files?.every(
        ({ content, sizeBytes }) => content.type !== "unknown" || sizeBytes > MAX_TEXT_BYTES,
      );
      return digest === undefined || isKnown === true ? [] : [[key, digest]];
    }),
  );
}

/** What the state knows: on the cluster, or in dev mode in the local build. */
function archiveBefore(
  olds: Properties,
  parts: ReadonlyMap<string, PartVersion>,
  settings: ProviderSettings,
): KnownArchive | undefined {
  const { mode, archivePath, bytes: sizeBytes } = olds;
  const [place, digest] = [publishedPlace(olds), digestOf(olds)];
  if (typeof sizeBytes !== "number" || digest === undefined) {
    return undefined;
  }
  if (mode === "dev" && typeof archivePath === "string") {
    const file = path.resolve(settings.projectDirectory, archivePath);
    const open: KnownArchive["open"] = async (signal) => createReadStream(file, { signal });
    return { name: archivePath, sizeBytes, parts, open };
  }
  if (mode !== "prod" || place === undefined) {
    return undefined;
  }
  const { buildFolder, proxy } = place;
  const directory = versionDirectoryOf(buildFolder, digest);
  const version = { buildFolder, digest, directory };
  return { ...onCluster(version, { ...settings, proxy }), sizeBytes, parts };
}

function promotedArchive(
  { proxy, buildFolder, source }: Properties,
  parts: ReadonlyMap<string, PartVersion>,
  { version, isOwn }: FoundPromotion,
  settings: ProviderSettings,
): KnownArchive | undefined {
  const place = isOwn ? { proxy, buildFolder } : isProperties(source) ? source : {};
  if (typeof place["proxy"] !== "string" || typeof place["buildFolder"] !== "string") {
    return undefined;
  }
  const { digest, directory, sizeBytes } = version;
  const ownProxy = typeof proxy === "string" ? proxy : undefined;
  const access = { ...settings, proxy: place["proxy"], ownProxy };
  const found = { buildFolder: place["buildFolder"], digest, directory };
  return { ...onCluster(found, access), sizeBytes, parts };
}

/** Its name is one that `ytcode inspect` takes. */
function onCluster(
  { buildFolder, digest, directory }: VersionPlace,
  access: ProviderSettings & { readonly proxy: string; readonly ownProxy?: string | undefined },
): Pick<KnownArchive, "name" | "open"> {
  return {
    name: `${buildFolder}@${shortDigest(digest)}`,
    open: async (signal) => {
      const { connectToCluster, ResolveError } = await import("../../cluster.ts");
      const client = await connectToCluster({ ...access, signal });
      const node = joinYPath(directory, ARCHIVE_NAME);
      // A wrong address is told at once of what only asks, and reading begins a transaction.
      await client.getAttributes(node, ["type"]).catch((error: unknown) => {
        throw error instanceof ResolveError
          ? new UserError(`Cannot read "${node}" on cluster "${client.proxy}" as it is not there`)
          : error;
      });
      return client.streamFile(node);
    },
  };
}

/** Stops where more comes than there should be. */
async function* noMoreThan(
  sizeBytes: number,
  source: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = sizeBytes;
  for await (const piece of source) {
    left -= piece.byteLength;
    if (left < 0) {
      throw new UserError(`"${name}" is larger than the state knows`);
    }
    yield piece;
  }
}
