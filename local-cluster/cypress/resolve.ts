/** Following a path to the node, the part of a document or the attribute that it names. */
import { ERROR_CODE, YtError, genericError } from "../errors/yt-error.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import * as yson from "../../common/yson/value.ts";
import type { CypressNode } from "../objects/node.ts";
import type { CypressPath, PathStep, PathSuffix } from "./path.ts";
import { escapeKey, parsePath } from "./path.ts";
import { isSystemMap } from "../objects/system-types.ts";
import { timestampNow } from "../objects/time.ts";
import type { View } from "./view.ts";

/** Links that may be followed for one path; more are taken for a cycle. The cluster's limit is not known. */
const MAX_LINKS = 64;

/** A node that a path leads to. */
export interface FoundNode {
  readonly type: "node";
  readonly node: CypressNode;
  /** Keys of the path that lead into the value of a document. */
  readonly innerKeys: readonly ByteString[];
  readonly suffix: PathSuffix;
}

/** A path that ends in nothing. */
export interface MissingNode {
  readonly type: "missing";
  /** The last node on the way that is there. */
  readonly parent: CypressNode;
  /** The key that it does not have, and those after it. Never empty. */
  readonly keys: readonly ByteString[];
  readonly suffix: PathSuffix;
  readonly error: YtError;
}

/** Where a path leads. */
export type Resolution = FoundNode | MissingNode;

/** How the last node of a path is taken. */
export interface ResolveOptions {
  /**
   * Follow a link that the path ends in. It does not count for a link with `&`, which is never
   * followed, nor for one with a suffix, which always is.
   *
   * @default true
   */
  readonly followLast?: boolean;
  /** Name of the command, for messages. */
  readonly method: string;
}

/** Follows a path as far as it goes. */
export function resolve(view: View, path: CypressPath, options: ResolveOptions): Resolution {
  return new Resolver(view, path, options).run();
}

/** @throws {YtError} code 500 when there is nothing */
export function resolveNode(view: View, path: CypressPath, options: ResolveOptions): FoundNode {
  const resolution = resolve(view, path, options);
  if (resolution.type === "missing") {
    throw resolution.error;
  }
  return resolution;
}

/** The failure to get to the end of a path; the innermost error says why. */
export function resolveError(path: ByteString, method: string, cause: YtError): YtError {
  return new YtError(ERROR_CODE.resolve, `Error resolving path ${path}`, {
    attributes: {
      path: yson.string(path),
      method: yson.string(method),
      datetime: yson.string(timestampNow()),
    },
    innerErrors: [cause],
  });
}

class Resolver {
  readonly #view: View;
  readonly #path: CypressPath;
  readonly #options: ResolveOptions;
  #links = 0;

  constructor(view: View, path: CypressPath, options: ResolveOptions) {
    this.#view = view;
    this.#path = path;
    this.#options = options;
  }

  run(): Resolution {
    return this.#walk(this.#startOf(this.#path), this.#path.rootAmpersand, this.#path.steps);
  }

  #startOf(path: CypressPath): CypressNode {
    if (path.objectId === undefined) {
      return this.#view.root;
    }
    // Unlike names, ids are not isolated: also what another transaction has made is found by them.
    const node = this.#view.objects.nodes.get(path.objectId);
    if (node === undefined) {
      throw this.#error(`No such object ${path.objectId}`);
    }
    return node;
  }

  #walk(start: CypressNode, ampersand: boolean, steps: readonly PathStep[]): Resolution {
    const [step, ...rest] = steps;
    if (start.type === "link" && !ampersand && (step !== undefined || this.#followsLast())) {
      return this.#walkLink(start, steps);
    }
    if (step === undefined) {
      return { type: "node", node: start, innerKeys: [], suffix: this.#path.suffix };
    }
    const keys = steps.map(({ key }) => key);
    if (start.type === "document") {
      return { type: "node", node: start, innerKeys: keys, suffix: this.#path.suffix };
    }
    const path = this.#view.pathOf(start);
    if (start.type !== "map_node" && !isSystemMap(start.type)) {
      return this.#missing(start, keys, `Node ${path} cannot have children`);
    }
    const child = this.#view.findChild(start, step.key);
    if (child === undefined) {
      const name = escapeKey(step.key);
      return this.#missing(start, keys, `Node ${path} has no child with key "${name}"`);
    }
    return this.#walk(child, step.ampersand, rest);
  }

  #walkLink(link: CypressNode, steps: readonly PathStep[]): Resolution {
    this.#links += 1;
    if (this.#links > MAX_LINKS) {
      throw this.#error("Too many links on the way: they form a cycle");
    }
    const target = parsePath(linkTarget(this.#view, link));
    return this.#walk(this.#startOf(target), target.rootAmpersand, [...target.steps, ...steps]);
  }

  #followsLast(): boolean {
    return this.#options.followLast !== false || this.#path.suffix.type !== "none";
  }

  #missing(parent: CypressNode, keys: readonly ByteString[], message: ByteString): MissingNode {
    return {
      type: "missing",
      parent,
      keys,
      suffix: this.#path.suffix,
      error: this.#error(message),
    };
  }

  #error(message: ByteString): YtError {
    const cause = new YtError(ERROR_CODE.resolve, message);
    return resolveError(this.#path.text, this.#options.method, cause);
  }
}

/** Where a link points. */
export function linkTarget(view: View, link: CypressNode): ByteString {
  const value = view.stateOf(link).value;
  if (value?.type !== "string") {
    throw genericError(`Link ${view.pathOf(link)} has no target`);
  }
  return value.value;
}
