/** Where the times of a directory tell whether its entries are the same. */
import { statfsSync } from "node:fs";
import { ignoringFileSystemErrors } from "../files/file-errors.ts";

/**
 * The file systems of Linux, by their numbers in `statfs(2)`, that set both times of a directory, by this
 * machine's clock, in the same step in which an entry comes, goes or is replaced. Not among them:
 *
 * - NFS, SMB, 9P, Ceph and all of FUSE: another machine changes them, by its own clock, and what is
 *   asked of a directory may be answered from a cache that its listing would not be.
 * - overlayfs: what is below may have been replaced while it was not mounted.
 * - FAT and NTFS: others write them without touching a directory's times.
 * - `/proc`, `/sys`, autofs: entries come and go by themselves.
 *
 * What is mounted in a directory leaves its times alone, but the place itself is another device, or inode, then.
 */
const VOUCHING_TYPES: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0xf2f52010, // F2FS
  0x2fc12fc1, // ZFS
  0x01021994, // tmpfs
]);

/**
 * Whether a directory whose times are the same has the same entries. Everywhere else, as on other
 * systems, directories are to be listed again.
 *
 * @param directory absolute path; the answer is that of all directories on its device
 */
export function vouchesForEntries(directory: string): boolean {
  if (process.platform !== "linux") {
    return false;
  }
  const type = ignoringFileSystemErrors(() => statfsSync(directory).type);
  return type !== undefined && VOUCHING_TYPES.has(type);
}

/** {@link vouchesForEntries}, asked once for each device. */
export function vouchingDevices(): (device: number, directory: string) => boolean {
  const known = new Map<number, boolean>();
  return (device, directory) => {
    let vouches = known.get(device);
    if (vouches === undefined) {
      vouches = vouchesForEntries(directory);
      known.set(device, vouches);
    }
    return vouches;
  };
}
