/**
 * Looks for what a specification names, as a cluster does before the first job starts. There the operation has an
 * id already and fails with these errors (controller_agent/controllers/operation_controller_detail.cpp, scheduler/scheduler.cpp).
 */
import { findAttribute } from "../../attributes/access.ts";
import type { CypressPath } from "../../cypress/path.ts";
import { resolve, resolveNode } from "../../cypress/resolve.ts";
import { View } from "../../cypress/view.ts";
import { ERROR_CODE, YtError, genericError } from "../../errors/yt-error.ts";
import type { CypressNode } from "../../objects/node.ts";
import { assertPermission } from "../../security/permission.ts";
import type { Permission } from "../../security/permission.ts";
import type { ByteString } from "../../../common/yson/byte-string.ts";
import * as yson from "../../../common/yson/value.ts";
import type { CommandContext } from "../command.ts";
import type { JobFiles, SpecificationPaths } from "./specification.ts";

/** @throws {YtError} code 1 or 216 with the cause in it, when the operation could not start */
export function checkPaths(context: CommandContext, paths: SpecificationPaths): void {
  const finder = new Finder(context);
  inside(genericError("Operation has failed to initialize"), () => {
    finder.assertThere(paths.inputTables, "read", "Error locking input tables");
    const files = paths.jobs.flatMap((job) => [...job.files, ...job.layers]);
    finder.assertThere(files, "read", "Error locking user files");
  });
  const failedToPrepare = new YtError(
    ERROR_CODE.operationFailedToPrepare,
    "Operation has failed to prepare",
  );
  inside(failedToPrepare, () => {
    for (const path of paths.inputTables) {
      finder.assertTable(path);
    }
    for (const job of paths.jobs) {
      finder.assertFiles(job);
    }
    const outputs = paths.outputTables.filter((path) => !isCreated(path));
    finder.assertThere(outputs, "write", "Error getting basic attributes of user objects");
    for (const path of outputs) {
      finder.assertTable(path);
    }
  });
}

class Finder {
  readonly #context: CommandContext;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  /** @throws {YtError} with everything that is missing or forbidden */
  assertThere(paths: readonly CypressPath[], permission: Permission, message: string): void {
    const failures = paths.flatMap((path) => {
      try {
        assertPermission(this.#view(path), this.#context.user, this.#find(path), permission);
        return [];
      } catch (error) {
        return error instanceof YtError ? [error] : rethrow(error);
      }
    });
    if (failures.length > 0) {
      throw wrap(genericError(message), [
        wrap(genericError("Error communicating with master"), failures),
      ]);
    }
  }

  assertTable(path: CypressPath): void {
    const { type } = this.#find(path);
    if (type !== "table") {
      throw genericError(
        `Object ${path.text} has invalid type: expected "table", actual "${type}"`,
      );
    }
  }

  /** Whether each can be put into the job's sandbox, under a name of its own. */
  assertFiles({ job, files, layers }: JobFiles): void {
    for (const path of files) {
      const { type } = this.#find(path);
      if (type !== "file" && type !== "table") {
        throw genericError(
          `User file ${path.text} has invalid type: expected "table" or "file", actual "${type}"`,
        );
      }
    }
    for (const path of layers) {
      const { type } = this.#find(path);
      if (type !== "file") {
        throw genericError(
          `User layer ${path.text} has invalid type: expected "file", actual "${type}"`,
        );
      }
    }
    const outer = new YtError(ERROR_CODE.generic, "Error getting user file attributes", {
      attributes: { task_title: yson.string(job) },
    });
    inside(outer, () => {
      const names = new Set<ByteString>();
      for (const path of files) {
        const name = this.#fileName(path);
        assertFileName(name, path, names);
        names.add(name);
      }
    });
  }

  /** The name in the sandbox: from the path, else from the node, or the link to it. */
  #fileName(path: CypressPath): ByteString {
    const annotated = path.annotations.get("file_name");
    if (annotated?.type === "string") {
      return annotated.value;
    }
    const view = this.#view(path);
    const options = { followLast: false, method: "Get" };
    const found = resolve(view, path, options);
    const node = found.type === "node" ? found.node : this.#find(path);
    const attribute = findAttribute(view, node, "file_name");
    return attribute?.type === "string" ? attribute.value : node.key;
  }

  #find(path: CypressPath): CypressNode {
    return resolveNode(this.#view(path), path, { method: "Lock" }).node;
  }

  /** A path may be in a transaction of its own. */
  #view(path: CypressPath): View {
    const id = path.annotations.get("transaction_id");
    if (id?.type !== "string") {
      return this.#context.view();
    }
    const { objects } = this.#context.cluster;
    return new View(objects, objects.transactions.get(id.value));
  }
}

function assertFileName(name: ByteString, path: CypressPath, taken: ReadonlySet<ByteString>): void {
  if (name === "") {
    throw genericError(`Empty user file name for ${path.text}`);
  }
  if (leadsOutside(name)) {
    throw genericError(
      `User file name "${name}" for ${path.text} does not point inside the sandbox directory`,
    );
  }
  if (taken.has(name)) {
    throw genericError(`Duplicate user file name "${name}" for ${path.text}`);
  }
}

function leadsOutside(name: ByteString): boolean {
  let depth = 0;
  return (
    name.startsWith("/") ||
    name.split("/").some((part) => {
      depth += part === ".." ? -1 : Number(part !== "" && part !== ".");
      return depth < 0;
    })
  );
}

function isCreated(path: CypressPath): boolean {
  const create = path.annotations.get("create");
  return create?.type === "boolean" && create.value;
}

/** Runs a check; what it throws becomes the cause of the given error. */
function inside(outer: YtError, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof YtError ? wrap(outer, [error]) : error;
  }
}

function wrap(outer: YtError, innerErrors: readonly YtError[]): YtError {
  const { code, messageBytes, attributes } = outer;
  return new YtError(code, messageBytes, { attributes, innerErrors });
}

function rethrow(error: unknown): never {
  throw error;
}
