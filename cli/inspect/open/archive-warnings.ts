/** Warnings about the entries of an archive: what extracting them would do, or would refuse. */
import {
  landingName,
  leadsOutside,
  linkLeadsOutside,
} from "../../../provider/archive/tar/entry-name.ts";
import type { ArchiveEntry, ArchiveListing } from "../../../provider/archive/read/read-archive.ts";
import { listSome } from "../../../common/text/list.ts";
import { shownName } from "../../../common/text/shown-name.ts";

/** How many names a warning lists; the others are counted. */
const NAMES_SHOWN = 3;

/** Types of entries that no pipeline needs. */
const UNUSUAL_TYPES: readonly string[] = [
  "character-device",
  "block-device",
  "fifo",
  "sparse-file",
  "unknown",
];

/** What to be careful about when the archive is extracted, a sentence each. */
export function findWarnings(
  listing: Pick<ArchiveListing, "entries" | "hasEndMark" | "trailingBytes">,
): readonly string[] {
  const { entries, hasEndMark, trailingBytes } = listing;
  const found = {
    outside: entries.filter((entry) => leadsOutside(entry.path)),
    links: entries.filter(isLinkOutside),
    unusual: entries.filter((entry) => UNUSUAL_TYPES.includes(entry.type)),
    dangling: entries.filter((entry) => entry.type === "hard-link" && entry.sha256 === undefined),
    repeated: findRepeated(entries),
  };
  const warnings: readonly (string | undefined)[] = [
    about(found.outside, "Name that leads outside the folder the archive is extracted to"),
    about(found.links, "Link that leads outside the folder the archive is extracted to"),
    about(found.unusual, "Neither a file nor a directory nor a link"),
    about(found.dangling, "Hard link to no file that is before it in the archive"),
    about(found.repeated, "More than once in the archive, where the last one counts"),
    hasEndMark ? undefined : "The archive has no end mark: it may have been cut short",
    trailingBytes === 0
      ? undefined
      : `${trailingBytes} bytes after the end of the archive are not read by tar`,
  ];
  return warnings.filter((warning) => warning !== undefined);
}

function isLinkOutside({ path, type, linkTarget = "" }: ArchiveEntry): boolean {
  if (type === "symlink") {
    return linkLeadsOutside(path, linkTarget);
  }
  return type === "hard-link" && leadsOutside(linkTarget);
}

function findRepeated(entries: readonly ArchiveEntry[]): readonly ArchiveEntry[] {
  const last = new Map(entries.map((entry) => [landingName(entry.path), entry]));
  return entries.filter(
    (entry) => entry.type !== "directory" && last.get(landingName(entry.path)) !== entry,
  );
}

function about(entries: readonly ArchiveEntry[], what: string): string | undefined {
  if (entries.length === 0) {
    return undefined;
  }
  const names = entries.map(({ path }) => `"${shownName(path)}"`);
  return `${what}: ${listSome(names, NAMES_SHOWN)}`;
}
