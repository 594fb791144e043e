/** The file cache: files found by their content's MD5, at `<cache_path>/<last two digits>/<md5>`. */
import type { CypressNode } from "../objects/node.ts";
import { parsePath } from "../cypress/path.ts";
import type { CypressPath } from "../cypress/path.ts";
import { resolve, resolveNode } from "../cypress/resolve.ts";
import { YtError, genericError } from "../errors/yt-error.ts";
import { assertPermission } from "../security/permission.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import * as yson from "../../common/yson/value.ts";
import { emptyOutput, valueOutput } from "./command.ts";
import type { CommandContext, Output } from "./command.ts";
import { copyTo } from "./copy.ts";
import { Parameters } from "./parameters.ts";

/** `get_file_from_cache`: a path, or an empty string, in version 4 too without a field's name. */
export function getFileFromCache(context: CommandContext): Output {
  const { parameters } = context;
  const md5 = parameters.string("md5");
  if (!isMd5(md5)) {
    return valueOutput(yson.string(""));
  }
  const path = cachedPath(parameters.path("cache_path"), md5);
  const view = context.view();
  const found = resolve(view, path, { method: "GetFileFromCache" });
  if (found.type === "missing") {
    return valueOutput(yson.string(""));
  }
  if (view.stateOf(found.node).content?.md5 !== md5) {
    return valueOutput(yson.string(""));
  }
  assertPermission(view, context.user, found.node, "read");
  context.use(found.node, "node");
  touch(context, found.node);
  return valueOutput(yson.string(path.text));
}

/** `put_file_to_cache`: copies a file there. The source stays, and the cache itself must exist. */
export function putFileToCache(context: CommandContext): Output {
  const { parameters, user } = context;
  const md5 = readMd5(parameters);
  const cache = parameters.path("cache_path");
  const path = cachedPath(cache, md5);
  return context.mutate((mutation) => {
    const method = "PutFileToCache";
    const source = resolveNode(mutation, parameters.path("path"), { method }).node;
    assertPermission(mutation, user, source, "read");
    const actual = mutation.stateOf(source).content?.md5 ?? "";
    if (actual !== md5) {
      throw genericError(`MD5 mismatch: expected "${md5}", got "${actual}"`);
    }
    const cacheNode = resolveNode(mutation, cache, { method }).node;
    assertPermission(mutation, user, cacheNode, "write");
    const existing = resolve(mutation, path, { method });
    const isCached =
      existing.type === "node" && mutation.stateOf(existing.node).content?.md5 === md5;
    if (!isCached) {
      const yes = yson.boolean(true);
      const options = new Map([...parameters.entries, ["recursive", yes], ["force", yes]]);
      const copied = copyTo(mutation, source, path, "Copy", new Parameters(options), user);
      mutation.setAttribute(copied, "touched", yson.boolean(true));
    }
    return valueOutput(yson.string(path.text));
  });
}

/**
 * Marks a file as used, so that it is not taken for an old one. It is a hit also when that is not
 * possible, for instance in a cache for reading only (client_file_cache_impl.cpp).
 */
function touch(context: CommandContext, node: CypressNode): void {
  try {
    context.mutate((mutation) => {
      assertPermission(mutation, context.user, node, "write");
      mutation.setAttribute(node, "touched", yson.boolean(true));
      return emptyOutput();
    });
  } catch (error) {
    if (!(error instanceof YtError)) {
      throw error;
    }
  }
}

function isMd5(text: ByteString): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

function readMd5(parameters: Parameters): ByteString {
  const md5 = parameters.string("md5");
  if (!isMd5(md5)) {
    throw genericError(`Invalid MD5 "${md5}"`);
  }
  return md5;
}

function cachedPath(cache: CypressPath, md5: ByteString): CypressPath {
  return parsePath(`${cache.text}/${md5.slice(-2)}/${md5}`);
}
