/** The commands `write_file`, `read_file` and `concatenate`. */
import type { Cluster } from "./cluster.ts";
import { changeAttribute } from "../attributes/access.ts";
import { createId } from "../objects/ids.ts";
import type { Mutation } from "../cypress/mutation.ts";
import type { CypressNode, FileContent } from "../objects/node.ts";
import type { CypressPath } from "../cypress/path.ts";
import { pathFromValue } from "../cypress/path.ts";
import { resolveNode } from "../cypress/resolve.ts";
import { timestampNow } from "../objects/time.ts";
import { View } from "../cypress/view.ts";
import { genericError, notEmulatedError, YtError } from "../errors/yt-error.ts";
import { Md5 } from "./md5.ts";
import { assertPermission } from "../security/permission.ts";
import { Transaction } from "../transactions/transaction.ts";
import type { YsonValue } from "../../common/yson/value.ts";
import { asBoolean } from "../../common/yson/value.ts";
import * as yson from "../../common/yson/value.ts";
import { emptyOutput } from "./command.ts";
import type { CommandContext, Output } from "./command.ts";

/**
 * `write_file`. As on the cluster, an upload is a transaction of its own around the request: others
 * see the old content until the last byte is there, and a broken connection leaves it in place.
 */
export async function writeFile(context: CommandContext): Promise<Output> {
  const { parameters, cluster } = context;
  const path = parameters.path("path");
  const append = isAppend(path);
  const computeMd5 = parameters.boolean("compute_md5");
  const upload = startUpload(context);
  try {
    const mode = append && !computeMd5 ? "shared" : "exclusive";
    const node = cluster.store.mutate(upload, (mutation) => {
      const file = findFile(mutation, path, "WriteFile");
      assertPermission(mutation, context.user, file, "write");
      context.use(file, "node");
      mutation.lock(file, { mode });
      return file;
    });
    const before = append ? new View(cluster.objects, upload).stateOf(node).content : undefined;
    const md5 = computeMd5 ? await startMd5(cluster, before) : undefined;
    const bytes = context.input.bytes();
    const chunk = await cluster.chunks.write(md5 === undefined ? bytes : md5.addPassing(bytes));
    try {
      // The transaction around it may have expired meanwhile, which has aborted this one too.
      cluster.objects.transactions.get(upload.id);
      const added = chunk.size === 0 ? [] : [chunk];
      const chunks = [...(before?.chunks ?? []), ...added];
      cluster.store.mutate(upload, (mutation) => {
        for (const name of ["compression_codec", "erasure_codec"]) {
          const codec = path.annotations.get(name);
          if (codec !== undefined) {
            changeAttribute(mutation, node, [name], codec);
          }
        }
        if (mode === "shared") {
          mutation.appendContent(node, added);
        } else {
          mutation.setContent(node, { chunks, md5: md5?.digest() });
        }
      });
    } finally {
      cluster.chunks.release(chunk.id);
    }
    cluster.store.commit(upload);
    return emptyOutput();
  } catch (error) {
    cluster.store.abort(upload);
    throw error;
  }
}

/** @throws {YtError} code 1 when the content before has no MD5 to continue */
async function startMd5(cluster: Cluster, before: FileContent | undefined): Promise<Md5> {
  const md5 = new Md5();
  if (before === undefined) {
    return md5;
  }
  if (before.md5 === undefined) {
    throw genericError("Cannot continue MD5 of a file that has none: write it anew");
  }
  await md5.add(cluster.chunks.read(before.chunks));
  return md5;
}

/** Its transaction has no timeout: it ends with its request. */
function startUpload(context: CommandContext): Transaction {
  const upload = new Transaction({
    id: createId("transaction"),
    parent: context.transaction,
    owner: context.user,
    timeoutMs: undefined,
    deadline: undefined,
    attributes: new Map([
      ["title", yson.string(`Upload to ${context.parameters.path("path").text}`)],
    ]),
    startTime: timestampNow(),
  });
  context.cluster.objects.transactions.add(upload);
  return upload;
}

function isAppend(path: CypressPath): boolean {
  const append = path.annotations.get("append");
  const truth = append === undefined ? false : asBoolean(append);
  if (truth === undefined) {
    throw genericError('Path attribute "append" must be a boolean');
  }
  if (!truth) {
    return false;
  }
  for (const name of ["compression_codec", "erasure_codec"]) {
    if (path.annotations.has(name)) {
      throw genericError(`YPath attributes "append" and "${name}" are not compatible`);
    }
  }
  return true;
}

function findFile(view: View, path: CypressPath, method: string): CypressNode {
  const { node } = resolveNode(view, path, { method });
  if (node.type === "file") {
    return node;
  }
  throw genericError(`Invalid type of ${path.text}: expected "file", actual "${node.type}"`);
}

/** `read_file`: all of it, or `length` bytes from `offset` on. */
export function readFile(context: CommandContext): Output {
  const { parameters, cluster } = context;
  const view = context.view();
  const node = findFile(view, parameters.path("path"), "ReadFile");
  assertPermission(view, context.user, node, "read");
  context.use(node, "node");
  const offset = parameters.findInteger("offset") ?? 0;
  const length = parameters.findInteger("length");
  if (offset < 0) {
    throw genericError(`Invalid offset: expected >= 0, got ${offset}`);
  }
  if (length !== undefined && length < 0) {
    throw genericError(`Invalid length: expected >= 0, got ${length}`);
  }
  const state = view.stateOf(node);
  return {
    type: "binary",
    bytes: cluster.chunks.read(state.content?.chunks ?? [], offset, length),
    responseParameters: new Map<string, YsonValue>([
      ["id", yson.string(node.id)],
      ["revision", yson.uint64(state.revision)],
    ]),
  };
}

/**
 * `concatenate`: the destination shares the chunks of the sources, and has no md5. It stays as it is otherwise:
 * its codecs, its account, its attributes (`TNodeConcatenator` in ytlib/api/native/client_cypress_impl.cpp).
 */
export function concatenate(context: CommandContext): Output {
  const { parameters } = context;
  const destination = parameters.path("destination_path");
  const sources = parameters.list("source_paths").map(pathFromValue);
  if (parameters.boolean("uniqualize_chunks")) {
    throw notEmulatedError('"uniqualize_chunks"');
  }
  return context.mutate((mutation) => {
    try {
      const files = sources.map((path) => findJoined(context, mutation, path, "read"));
      const node = findJoined(context, mutation, destination, "write");
      const chunks = files.flatMap((file) => mutation.stateOf(file).content?.chunks ?? []);
      if (isAppend(destination)) {
        mutation.appendContent(node, chunks);
      } else {
        mutation.setContent(node, { chunks, md5: undefined });
      }
      return emptyOutput();
    } catch (error) {
      const texts = sources.map(({ text }) => text);
      const message = `Error concatenating [${texts.join(", ")}] to ${destination.text}`;
      throw error instanceof YtError ? genericError(message, { innerErrors: [error] }) : error;
    }
  });
}

/** One of the files that are joined, or the one that they become. Each use renews its `expiration_timeout`. */
function findJoined(
  context: CommandContext,
  mutation: Mutation,
  path: CypressPath,
  permission: "read" | "write",
): CypressNode {
  const { node } = resolveNode(mutation, path, { method: "Concatenate" });
  if (node.type !== "file") {
    throw genericError(
      `Invalid type of ${path.text}: expected "table" or "file", "${node.type}" found`,
    );
  }
  assertPermission(mutation, context.user, node, permission);
  context.use(node, "node");
  return node;
}
