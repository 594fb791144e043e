/** What follows from the files of a part, and is known of one that was noted without any of them being made. */
import type { PackedListing } from "../pipeline/files/packed-listing.ts";
import { findBiggest } from "./biggest.ts";
import type { BiggestInPart } from "./biggest.ts";
import type { Part } from "./manifest.ts";
import { hasNameCollisions } from "./name-collisions.ts";
import { topModulesIn } from "./top-modules.ts";
import type { TopModule } from "./top-modules.ts";

/** How many of the biggest files and folders are known. */
export const BIGGEST_COUNT = 5;

/** See above. */
export interface PartFacts {
  readonly fileCount: number;
  /** The path of the first file in the archive; undefined without files. */
  readonly firstPath?: string;
  /** Whether two of its paths are one where case or encoding does not count. */
  readonly hasCollisions: boolean;
  /** Those at the root of the archive. */
  readonly topModules: readonly TopModule[];
  /** At most {@link BIGGEST_COUNT} of each. */
  readonly biggest: BiggestInPart;
}

const known = new WeakMap<Part, PartFacts>();
const listings = new WeakMap<Part, PackedListing>();

/** The facts about a part. */
export function factsOf(part: Part): PartFacts {
  let facts = known.get(part);
  if (facts === undefined) {
    facts = findFacts(part);
    known.set(part, facts);
  }
  return facts;
}

/**
 * Keeps what was noted of a part, in place of what {@link factsOf} would find.
 *
 * @param listing of all of its files, when it comes from the cache
 */
export function keepFacts(part: Part, facts: PartFacts, listing: PackedListing | undefined): void {
  known.set(part, facts);
  if (listing !== undefined) {
    listings.set(part, listing);
  }
}

/** The listing of all files of a part, when it comes from the cache: files can be looked at by it without being made. */
export function packedListingOf(part: Part): PackedListing | undefined {
  return listings.get(part);
}

function findFacts(part: Part): PartFacts {
  const { files } = part;
  const [first] = files;
  return {
    fileCount: files.length,
    ...(first === undefined ? {} : { firstPath: first.path }),
    hasCollisions: hasNameCollisions(files.map((file) => file.path)),
    topModules: topModulesIn("", files),
    biggest: findBiggest(part, BIGGEST_COUNT),
  };
}
