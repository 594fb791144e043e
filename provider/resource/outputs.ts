/** The outputs of the resource after a create or update, and where it has published. */
import type { BuiltArchive } from "../archive/build/build.ts";
import type { PromotedFrom, Published } from "../publication/index.ts";
import { isProperties } from "./arguments.ts";
import type { Properties } from "./arguments.ts";
import { KNOWN_KEY, PUBLISHED_KEY } from "./inputs.ts";
import type { CheckedInputs } from "./inputs.ts";

/** Where something of a resource is on a cluster. */
export interface PublishedPlace {
  readonly proxy: string;
  readonly buildFolder: string;
  /** See `Published.chunks`. */
  readonly chunks?: string | undefined;
}

/** The bytes of an archive, wherever they are. */
export interface ArchiveFacts {
  readonly sha256: string;
  readonly md5: string;
  readonly bytes: number;
  readonly promotedFrom?: PromotedFrom;
}

/** The facts of a local build: all there is in dev mode. */
export function factsOfBuild({ sha256, md5, sizeBytes }: BuiltArchive): ArchiveFacts {
  return { sha256, md5, bytes: sizeBytes };
}

/** The outputs when something has just been published. */
export function makePublishedOutputs(
  inputs: CheckedInputs,
  published: Published,
  { proxy, buildFolder }: PublishedPlace,
): Properties {
  const { sha256, md5, sizeBytes, promotedFrom, chunks } = published;
  const facts = {
    sha256,
    md5,
    bytes: sizeBytes,
    ...(promotedFrom === undefined ? {} : { promotedFrom }),
  };
  const place = { proxy, buildFolder, ...(chunks === undefined ? {} : { chunks }) };
  return makeOutputs(inputs, facts, place);
}

/**
 * The outputs: the inputs, what follows from them, and what is known only after the update.
 *
 * @param facts absent when no enabled stage has code
 * @param place where something is published, by this update or an earlier one
 */
export function makeOutputs(
  inputs: CheckedInputs,
  facts: ArchiveFacts | undefined,
  place: PublishedPlace | undefined,
): Properties {
  const { parts: _, ...known } = inputs[KNOWN_KEY];
  return {
    ...inputs,
    ...known,
    ...facts,
    ...(place === undefined ? {} : { [PUBLISHED_KEY]: place }),
  };
}

/** Where the state says that something is published, if anywhere. */
export function publishedPlace(outputs: Properties | undefined): PublishedPlace | undefined {
  const place = outputs?.[PUBLISHED_KEY];
  if (!isProperties(place)) {
    return undefined;
  }
  const { proxy, buildFolder, chunks } = place;
  if (typeof proxy !== "string" || typeof buildFolder !== "string") {
    return undefined;
  }
  return { proxy, buildFolder, ...(typeof chunks === "string" ? { chunks } : {}) };
}
