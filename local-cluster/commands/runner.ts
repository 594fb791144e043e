/** Running one command: what comes before it, and what is repeated instead. */
import type { Cluster } from "./cluster.ts";
import { View } from "../cypress/view.ts";
import { pathFromValue } from "../cypress/path.ts";
import { resolveNode } from "../cypress/resolve.ts";
import { assertNotBanned } from "../security/users.ts";
import { ERROR_CODE, YtError, genericError, toYtError } from "../errors/yt-error.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import type { YsonValue } from "../../common/yson/value.ts";
import { CommandContext } from "./command.ts";
import type { ApiVersion, Command, CommandInput, Output } from "./command.ts";
import { MutationCache } from "./mutation-cache.ts";
import type { Parameters } from "./parameters.ts";

/** A command with everything it needs to run. */
export interface Invocation {
  readonly command: Command;
  readonly parameters: Parameters;
  readonly user: ByteString;
  readonly apiVersion: ApiVersion;
  readonly input: CommandInput;
}

/** Checks prerequisites and runs commands, each mutation id once. */
export class CommandRunner {
  readonly #cluster: Cluster;
  readonly #mutations: MutationCache;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#mutations = new MutationCache(cluster.recordedAnswers);
  }

  /** @throws {YtError} whatever goes wrong */
  async run(invocation: Invocation): Promise<Output> {
    const { command, parameters } = invocation;
    const mutationId = parameters.findId("mutation_id");
    const retry = parameters.boolean("retry");
    try {
      if (!command.volatile || mutationId === undefined) {
        return await this.#runOnce(invocation, undefined);
      }
      if (!command.repeatable) {
        if (retry) {
          throw genericError(`Command "${command.name}" is not retriable`);
        }
        return await this.#runOnce(invocation, undefined);
      }
      return await this.#mutations.run(mutationId, retry, () =>
        this.#runOnce(invocation, mutationId),
      );
    } catch (error) {
      throw toYtError(error);
    }
  }

  async #runOnce(invocation: Invocation, mutationId: string | undefined): Promise<Output> {
    const { command, ...fields } = invocation;
    assertNotBanned(new View(this.#cluster.objects, undefined), invocation.user);
    try {
      this.#assertPrerequisites(invocation.parameters);
    } catch (error) {
      this.#abortUncommitted(invocation);
      throw error;
    }
    const context = new CommandContext({ cluster: this.#cluster, ...fields, mutationId });
    return command.run(context);
  }

  /** A commit that must not be made ends its transaction, as on the cluster. */
  #abortUncommitted({ command, parameters }: Invocation): void {
    const id = parameters.findId("transaction_id");
    const { objects, store } = this.#cluster;
    const transaction = id === undefined ? undefined : objects.transactions.find(id);
    if (command.name === "commit_transaction" && transaction !== undefined) {
      store.abort(transaction);
    }
  }

  #assertPrerequisites(parameters: Parameters): void {
    const { objects } = this.#cluster;
    for (const id of parameters.list("prerequisite_transaction_ids")) {
      if (id.type === "string" && objects.transactions.find(id.value) !== undefined) {
        continue;
      }
      throw prerequisiteError(`transaction ${textOf(id)} is missing`);
    }
    for (const item of parameters.list("prerequisite_revisions")) {
      if (item.type !== "map") {
        throw genericError("Prerequisite revision must be a map");
      }
      const path = pathFromValue(item.entries.get("path") ?? item);
      const view = new View(objects, undefined);
      const { node } = resolveNode(view, path, { method: "Get" });
      const wanted = item.entries.get("revision");
      const isInteger = wanted?.type === "int64" || wanted?.type === "uint64";
      const actual = view.stateOf(node).revision;
      if (isInteger && wanted.value === BigInt(actual)) {
        continue;
      }
      throw prerequisiteError(`node ${path.text} revision mismatch: actual ${actual}`);
    }
  }
}

function prerequisiteError(what: ByteString): YtError {
  return new YtError(ERROR_CODE.prerequisiteFailed, `Prerequisite check failed: ${what}`);
}

function textOf(value: YsonValue): ByteString {
  return value.type === "string" ? value.value : value.type;
}
