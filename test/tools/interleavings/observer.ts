/** Looks at a build folder with a client of its own, and says what no reader must ever see. */
import type { ListedNode } from "../../../provider/yt/index.ts";
import { messageOf } from "../../../common/errors/message-of.ts";
import type { RawCluster } from "../raw-cluster.ts";
import type { ArchiveSet } from "../../../provider/publication/index.ts";
import { md5, sha256 } from "../publication-fixtures.ts";
import type { FolderState } from "./model.ts";

const ATTRIBUTES = ["md5", "ytcode_digest", "ytcode_resource"];
const ARCHIVE = "source.tar.gz";
/** What a build folder holds beside the live set. */
const OTHERS = ["versions", "pieces"];

/** @returns what is wrong in the folder; empty when it is as the model says */
export async function findFaults(
  raw: RawCluster,
  folder: string,
  expected: FolderState,
  sets: readonly ArchiveSet[],
): Promise<readonly string[]> {
  const nodes = await listIfThere(raw, folder);
  const published = nodes.filter(({ name }) => !OTHERS.includes(name));
  const { live, versions } = expected;
  const faults = compare(`live set of ${folder}`, published, live, sets);
  const directories = await listIfThere(raw, `${folder}/versions`);
  const found = directories.map(({ name }) => name);
  if (found.join() !== [...versions.keys()].toSorted().join()) {
    faults.push(`${folder}/versions holds ${found.join()}, not ${[...versions.keys()].join()}`);
  }
  for (const [digest, owner] of versions) {
    const directory = `${folder}/versions/${digest}`;
    faults.push(...compare(directory, await listIfThere(raw, directory), { digest, owner }, sets));
  }
  for (const { name } of await listIfThere(raw, `${folder}/pieces`)) {
    const path = `${folder}/pieces/${name}`;
    if (sha256(await raw.read(path)) !== name) {
      faults.push(`${path} is not what its name says`);
    }
  }
  return faults;
}

/** As a reader looks: in one request. @returns what is wrong with the live set; empty when it is that of one of the states */
export async function findTornSet(
  raw: RawCluster,
  folder: string,
  states: readonly FolderState[],
  sets: readonly ArchiveSet[],
): Promise<readonly string[]> {
  const nodes = (await listIfThere(raw, folder)).filter(({ name }) => !OTHERS.includes(name));
  const faults = states.map(({ live }) => compare(`live set of ${folder}`, nodes, live, sets));
  return faults.some((found) => found.length === 0) ? [] : faults.flat();
}

function compare(
  what: string,
  nodes: readonly ListedNode[],
  expected: { readonly owner: string; readonly digest: string } | undefined,
  sets: readonly ArchiveSet[],
): string[] {
  const set = sets.find(({ digest }) => digest === expected?.digest);
  const files = set === undefined ? [] : filesOf(set);
  const seen = nodes.map(({ name, attributes }) => [
    name,
    attributes["md5"],
    attributes["ytcode_digest"],
    attributes["ytcode_resource"],
  ]);
  const wanted = files.map(([name, hash]) => [name, hash, expected?.digest, expected?.owner]);
  return JSON.stringify(seen) === JSON.stringify(wanted)
    ? []
    : [`${what} is ${JSON.stringify(seen)}, not ${JSON.stringify(wanted)}`];
}

/** Names and MD5s, sorted by name. */
function filesOf(set: ArchiveSet): readonly (readonly [string, string])[] {
  const wrappers = set.wrappers.map(({ name, content }) => [name, md5(content)] as const);
  return [...wrappers, [ARCHIVE, set.md5] as const].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Somebody may remove it meanwhile. */
async function listIfThere(raw: RawCluster, path: string): Promise<readonly ListedNode[]> {
  try {
    const nodes = await raw.listWithAttributes(path, ATTRIBUTES);
    return await Promise.all(
      nodes.map(async (node) =>
        // The cluster has no MD5 of what it has put together.
        node.name === ARCHIVE && node.attributes["md5"] === undefined
          ? {
              ...node,
              attributes: { ...node.attributes, md5: md5(await raw.read(`${path}/${ARCHIVE}`)) },
            }
          : node,
      ),
    );
  } catch (error) {
    if (!/Error resolving path/.test(messageOf(error))) {
      throw error;
    }
    return [];
  }
}
