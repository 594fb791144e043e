/** From a plan to the tree that the treemap shows: archive → parts → folders → files. */
/** @import { PlanDocument, PlanFile, PlanPart } from "../plan-document.ts" */

/**
 * Anything that takes space.
 *
 * @typedef {object} TreeNode
 * @property {"archive" | "part" | "folder" | "file" | "rest"} kind
 * @property {string} name in what holds it; `"a/b"` for a folder that holds one folder and no more
 * @property {string} path in the archive
 * @property {number} sizeBytes
 * @property {number} fileCount
 * @property {TreeNode | undefined} parent
 * @property {readonly TreeNode[]} children biggest first
 * @property {PlanPart | undefined} part the part that it is or belongs to
 * @property {PlanFile | undefined} file the file that it is
 */

/**
 * A file with what is left of its path below its part.
 *
 * @typedef {object} Entry
 * @property {readonly string[]} names
 * @property {PlanFile} file
 */

/**
 * Builds the tree of a plan.
 *
 * @param {PlanDocument} plan
 * @returns {TreeNode} the archive
 */
export function buildTree(plan) {
  /** @type {TreeNode} */
  const archive = {
    kind: "archive",
    name: "source.tar.gz",
    path: "",
    sizeBytes: plan.sizeBytes,
    fileCount: plan.fileCount,
    parent: undefined,
    children: [],
    part: undefined,
    file: undefined,
  };
  archive.children = plan.parts.map((part) => growPart(part, archive)).toSorted(byFallingSize);
  return archive;
}

/**
 * @param {PlanPart} part
 * @param {TreeNode} parent
 * @returns {TreeNode}
 */
function growPart(part, parent) {
  const [first] = part.files;
  const file = first?.path === part.root ? first : undefined;
  const { key: name, root: path, sizeBytes, fileCount } = part;
  /** @type {TreeNode} */
  const node = { kind: "part", name, path, sizeBytes, fileCount, parent, children: [], part, file };
  if (file !== undefined) {
    return node;
  }
  const start = path === "" ? 0 : path.length + 1;
  const entries = part.files.map((each) => ({
    names: each.path.slice(start).split("/"),
    file: each,
  }));
  node.children = growChildren(node, entries, 0);
  return node;
}

/**
 * @param {TreeNode} parent
 * @param {readonly Entry[]} entries
 * @param {number} depth how many names of the entries lead to the parent
 * @returns {readonly TreeNode[]}
 */
function growChildren(parent, entries, depth) {
  const groups = Map.groupBy(entries, ({ names }) => names[depth]);
  return [...groups.values()]
    .map((group) => growChild(parent, group, depth))
    .toSorted(byFallingSize);
}

/**
 * @param {TreeNode} parent
 * @param {readonly Entry[]} group entries whose names are the same up to this depth and at it
 * @param {number} depth
 * @returns {TreeNode}
 */
function growChild(parent, group, depth) {
  const { names = [], file } = group[0] ?? {};
  const { part } = parent;
  const isFile = names.length === depth + 1;
  const end = isFile ? depth + 1 : endOfSameNames(group, depth + 1);
  const name = names.slice(depth, end).join("/");
  const path = parent.path === "" ? name : `${parent.path}/${name}`;
  const sizeBytes = group.reduce((sum, entry) => sum + entry.file.sizeBytes, 0);
  const fileCount = group.length;
  /** @type {TreeNode} */
  const node = {
    kind: isFile ? "file" : "folder",
    name,
    path,
    sizeBytes,
    fileCount,
    parent,
    children: [],
    part,
    file: isFile ? file : undefined,
  };
  if (!isFile) {
    node.children = growChildren(node, group, end);
  }
  return node;
}

/**
 * Where the names of folders begin to differ, so that `a/b/c` with nothing beside it is one step.
 *
 * @param {readonly Entry[]} group
 * @param {number} start
 * @returns {number}
 */
function endOfSameNames(group, start) {
  let end = start;
  const wanted = group[0]?.names ?? [];
  while (group.every(({ names }) => names.length > end + 1 && names[end] === wanted[end])) {
    end += 1;
  }
  return end;
}

/**
 * @param {TreeNode} a
 * @param {TreeNode} b
 * @returns {number}
 */
function byFallingSize(a, b) {
  return b.sizeBytes - a.sizeBytes;
}

/**
 * The small nodes of one place as one node.
 *
 * @param {readonly TreeNode[]} children biggest first
 * @param {TreeNode} parent
 * @returns {TreeNode}
 */
export function gatherRest(children, parent) {
  return {
    kind: "rest",
    name: `${children.length} smaller`,
    path: parent.path,
    sizeBytes: children.reduce((sum, child) => sum + child.sizeBytes, 0),
    fileCount: children.reduce((sum, child) => sum + child.fileCount, 0),
    parent,
    children,
    part: parent.part,
    file: undefined,
  };
}

/**
 * All nodes below one, not itself.
 *
 * @param {TreeNode} node
 * @returns {Generator<TreeNode>}
 */
export function* nodesBelow(node) {
  for (const child of node.children) {
    yield child;
    yield* nodesBelow(child);
  }
}

/**
 * A node and its ancestors, outermost first.
 *
 * @param {TreeNode} node
 * @returns {readonly TreeNode[]}
 */
export function pathTo(node) {
  return node.parent === undefined ? [node] : [...pathTo(node.parent), node];
}

/**
 * The files of a node: itself when it is one.
 *
 * @param {TreeNode} node
 * @returns {readonly TreeNode[]}
 */
export function filesOf(node) {
  if (node.file !== undefined) {
    return [node];
  }
  return [...nodesBelow(node)].filter(({ file }) => file !== undefined);
}
