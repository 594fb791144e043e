/** What a command is, what it works with, and what it answers. */
import type { Cluster } from "./cluster.ts";
import type { Mutation } from "../cypress/mutation.ts";
import { resolveError } from "../cypress/resolve.ts";
import { View } from "../cypress/view.ts";
import { ERROR_CODE, YtError } from "../errors/yt-error.ts";
import type { CypressNode } from "../objects/node.ts";
import { timestampNow } from "../objects/time.ts";
import { noSuchTransactionError } from "../transactions/registry.ts";
import type { Transaction } from "../transactions/transaction.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonMap, YsonValue } from "../../common/yson/value.ts";
import type { Parameters } from "./parameters.ts";

/** Versions of the API. They differ in names of commands and in the shape of answers. */
export type ApiVersion = "v3" | "v4";

/** Kinds of input and output, as `/api/v4` names them. */
export type StreamType = "null" | "structured" | "tabular" | "binary";

/** What a command answers. */
export type Output =
  | {
      readonly type: "structured";
      /** Undefined: version 3 answers nothing. */
      readonly v3: YsonValue | undefined;
      readonly v4: YsonValue;
    }
  | {
      readonly type: "binary";
      readonly bytes: AsyncIterable<Buffer>;
      /** For the header `X-YT-Response-Parameters`. */
      readonly responseParameters: YsonMap;
    };

/** A command of the API. */
export interface Command {
  readonly name: string;
  /** Its name in version 3, where that is another. */
  readonly v3Name?: string;
  /** The versions that have it. @default both */
  readonly versions?: readonly ApiVersion[];
  readonly input: StreamType;
  readonly output: StreamType;
  /** What version 3 gives, where that is something else. */
  readonly v3Output?: StreamType;
  /** Whether it changes something. */
  readonly volatile: boolean;
  /** Whether it carries data, and so belongs on a data proxy. */
  readonly heavy: boolean;
  /** Whether a mutation id makes it safe to repeat (docs/yt-http-api.md, section 10). */
  readonly repeatable: boolean;
  readonly run: (context: CommandContext) => Output | Promise<Output>;
}

/** A command with the usual properties but for the given ones. */
export function defineCommand(
  name: string,
  run: Command["run"],
  details: Partial<Command>,
): Command {
  return {
    name,
    run,
    input: "null",
    output: "structured",
    volatile: false,
    heavy: false,
    repeatable: true,
    ...details,
  };
}

/** The body of a request. */
export interface CommandInput {
  /** The body as one value, in the request's input format. */
  readonly structured: () => Promise<YsonValue>;
  /** The body as it comes, decompressed. */
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

/** Everything that a command works with. */
export class CommandContext {
  readonly cluster: Cluster;
  readonly parameters: Parameters;
  readonly user: ByteString;
  readonly apiVersion: ApiVersion;
  readonly input: CommandInput;
  /** Id under which the answer must be repeatable. */
  readonly mutationId: string | undefined;

  constructor(fields: {
    readonly cluster: Cluster;
    readonly parameters: Parameters;
    readonly user: ByteString;
    readonly apiVersion: ApiVersion;
    readonly input: CommandInput;
    readonly mutationId?: string | undefined;
  }) {
    this.cluster = fields.cluster;
    this.parameters = fields.parameters;
    this.user = fields.user;
    this.apiVersion = fields.apiVersion;
    this.input = fields.input;
    this.mutationId = fields.mutationId;
  }

  /**
   * The transaction that the command runs in.
   *
   * @throws {YtError} code 11000 when it is finished, inside a code 500 where there is a path
   */
  get transaction(): Transaction | undefined {
    const id = this.parameters.findId("transaction_id");
    if (id === undefined) {
      return undefined;
    }
    const transaction = this.cluster.objects.transactions.find(id);
    if (transaction !== undefined) {
      return transaction;
    }
    const error = noSuchTransactionError(id);
    const path = this.parameters.find("path");
    // The cluster notices it while it resolves the path, and says so (docs/yt-http-api.md, section 8).
    throw path?.type === "string" ? resolveError(path.value, "Resolve", error) : error;
  }

  /** Cypress as the command's transaction sees it. */
  view(): View {
    return new View(this.cluster.objects, this.transaction);
  }

  /** Runs a change: all of it or nothing, and recorded with its answer. */
  mutate(change: (mutation: Mutation) => Output): Output {
    return this.cluster.store.mutate(this.transaction, change, (output) => this.recordOf(output), {
      suppressModificationTracking: this.parameters.boolean("suppress_modification_tracking"),
    });
  }

  /**
   * Notes that the command has used a node. Every use renews its `expiration_timeout`; asking whether
   * it exists, or for its attributes, is none that `access_time` counts
   * (`SuppressAccessTracking` in cypress_server/node_proxy_detail.cpp).
   */
  use(node: CypressNode, what: "node" | "attributes or existence"): void {
    const now = timestampNow();
    const renews = !this.parameters.boolean("suppress_expiration_timeout_renewal");
    node.touchTime = renews ? now : (node.touchTime ?? node.accessTime);
    if (what === "node" && !this.parameters.boolean("suppress_access_tracking")) {
      node.accessTime = now;
      node.accessCounter = (node.accessCounter ?? 0) + 1;
    }
  }

  /** What the journal keeps of an answer. */
  recordOf(output: Output) {
    if (this.mutationId === undefined || output.type !== "structured") {
      return undefined;
    }
    return { mutationId: this.mutationId, answer: output.v4 };
  }
}

/** An answer with one field; version 3 answers with the field's value alone. */
export function fieldOutput(name: string, value: YsonValue): Output {
  return { type: "structured", v3: value, v4: yson.map({ [name]: value }) };
}

/** The answer of a command that gives no value. */
export function emptyOutput(): Output {
  return { type: "structured", v3: undefined, v4: yson.map({}) };
}

/** An answer that is the same value in both versions. */
export function valueOutput(value: YsonValue): Output {
  return { type: "structured", v3: value, v4: value };
}

/** The error of a command on an object that does not support it. */
export function noSuchMethod(method: string, what: ByteString): YtError {
  return new YtError(ERROR_CODE.noSuchMethod, `Method ${method} is not supported by ${what}`);
}
