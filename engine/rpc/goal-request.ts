/** Reads the messages by which a program declares resources. */
import { relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type {
  ReadResourceRequest,
  RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import type { SourcePosition, StackTrace } from "@pulumi/pulumi/proto/source_pb.js";
import type { Alias as AliasMessage } from "@pulumi/pulumi/proto/alias_pb.js";
import { isInside } from "../../common/files/is-inside.ts";
import { UserError } from "../../common/errors/user-error.ts";
import type { Alias, Goal, ReadGoal } from "../deploy/goal.ts";
import type { HookKind } from "../deploy/hooks.ts";
import { decodeStruct, decodeValue } from "./struct.ts";

/**
 * Reads what a program asks for.
 *
 * @param root the project's root, which positions in the source are told from
 * @throws {UserError} for options that the engine does not support, by name
 */
export function readGoal(request: RegisterResourceRequest, root: string): Goal {
  refuseUnsupported(request);
  const propertyDependencies: Record<string, readonly string[]> = {};
  for (const [key, dependencies] of request.getPropertydependenciesMap().entries()) {
    propertyDependencies[key] = dependencies.getUrnsList();
  }
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    inputs: decodeStruct(request.getObject(), `resource "${request.getName()}"`),
    parent: optional(request.getParent()),
    protect: request.hasProtect() ? request.getProtect() : undefined,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
    dependencies: request.getDependenciesList().toSorted(),
    propertyDependencies,
    provider: optional(request.getProvider()),
    deleteBeforeReplace:
      request.getDeletebeforereplacedefined() || request.getDeletebeforereplace()
        ? request.getDeletebeforereplace()
        : undefined,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: [
      ...request.getAliasurnsList().map((urn) => ({ type: "urn", urn }) as const),
      ...request.getAliasesList().map(readAlias),
    ],
    deletedWith: optional(request.getDeletedwith()),
    replaceWith: request.getReplaceWithList(),
    replacementTrigger: decodeValue(request.getReplacementTrigger()?.toJavaScript() ?? null),
    hooks: readHooks(request),
    sourcePosition: readPosition(request.getSourceposition(), root),
    stackTrace: readStackTrace(request.getStacktrace(), root),
    rest: readTimeouts(request),
  };
}

/** Reads what a program wants to know of a resource that it does not manage. Its id may not be known before the update. */
export function readReadGoal(request: ReadResourceRequest, root: string): ReadGoal {
  return {
    type: request.getType(),
    name: request.getName(),
    id: request.getId(),
    inputs: decodeStruct(request.getProperties()),
    parent: optional(request.getParent()),
    dependencies: request.getDependenciesList().toSorted(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    sourcePosition: readPosition(request.getSourceposition(), root),
    stackTrace: readStackTrace(request.getStacktrace(), root),
  };
}

function refuseUnsupported(request: RegisterResourceRequest): void {
  const unsupported: readonly (readonly [boolean, string])[] = [
    [request.getImportid() !== "", 'option "import"'],
    [request.getRemote(), "remote component"],
    [request.getStateMigrationsList().length > 0, 'option "stateMigrations"'],
    [request.getPackageref() !== "", "parameterized package"],
    [request.getCustom() && request.getProvider() !== "", 'option "provider"'],
  ];
  const found = unsupported.find(([present]) => present);
  if (found === undefined) {
    return;
  }
  throw new UserError(
    `Cannot register resource "${request.getName()}" (${request.getType()}): the embedded engine does not ` +
      `support the ${found[1]}, install the Pulumi CLI for it`,
  );
}

/** The names of a resource's hooks, by the names that the state has for the kinds. */
function readHooks(request: RegisterResourceRequest): Readonly<Record<string, readonly string[]>> {
  const hooks = request.getHooks();
  const kinds: Readonly<Record<HookKind, readonly string[] | undefined>> = {
    BeforeCreate: hooks?.getBeforeCreateList(),
    AfterCreate: hooks?.getAfterCreateList(),
    BeforeUpdate: hooks?.getBeforeUpdateList(),
    AfterUpdate: hooks?.getAfterUpdateList(),
    BeforeDelete: hooks?.getBeforeDeleteList(),
    AfterDelete: hooks?.getAfterDeleteList(),
    OnError: hooks?.getOnErrorList(),
  };
  return Object.fromEntries(
    Object.entries(kinds).flatMap(([kind, names = []]) =>
      names.length === 0 ? [] : [[kind, names]],
    ),
  );
}

function readAlias(alias: AliasMessage): Alias {
  if (alias.hasUrn()) {
    return { type: "urn", urn: alias.getUrn() };
  }
  const spec = alias.getSpec();
  return {
    type: "spec",
    name: optional(spec?.getName()),
    resourceType: optional(spec?.getType()),
    stack: optional(spec?.getStack()),
    project: optional(spec?.getProject()),
    parent: optional(spec?.getParenturn()),
    noParent: spec?.getNoparent() ?? false,
  };
}

function readTimeouts(request: RegisterResourceRequest): Readonly<Record<string, unknown>> {
  const timeouts = request.getCustomtimeouts();
  const entries = [
    ["create", timeouts?.getCreate()],
    ["update", timeouts?.getUpdate()],
    ["delete", timeouts?.getDelete()],
    ["read", timeouts?.getRead()],
  ] as const;
  const seconds = entries.flatMap(([name, text]) =>
    text === undefined || text === "" ? [] : [[name, readDuration(text)] as const],
  );
  return seconds.length === 0 ? {} : { customTimeouts: Object.fromEntries(seconds) };
}

/** Reads a duration as Go writes it (`1h5m30s`), in seconds. */
function readDuration(text: string): number {
  const secondsIn: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  const pattern = /(\d+(?:\.\d+)?)(h|ms|m|s)/g;
  let seconds = 0;
  for (const [, amount, unit = ""] of text.matchAll(pattern)) {
    seconds += Number(amount) * (secondsIn[unit] ?? 0);
  }
  return seconds;
}

/** Tells a position from the project's root, as the state keeps it: `project:///index.ts#3,7`. */
function readPosition(position: SourcePosition | undefined, root: string): string | undefined {
  if (position === undefined || !position.getUri().startsWith("file:")) {
    return undefined;
  }
  // Of ES modules the SDK makes a path out of a URL, and a URL out of that: file:///project/file:/project/index.ts
  const [, inner] = /(\/file:\/.*)$/.exec(position.getUri()) ?? [];
  const url = inner === undefined ? position.getUri() : `file://${inner.slice("/file:".length)}`;
  const file = fileURLToPath(url);
  const path = relative(root, file);
  // A URL escapes what a path may hold and a URL may not.
  const escaped = pathToFileURL(`/${path}`).pathname;
  const column = position.getColumn() === 0 ? "" : `,${position.getColumn()}`;
  return `project://${isInside(root, file) ? escaped : `/${path}`}#${position.getLine()}${column}`;
}

function readStackTrace(
  trace: StackTrace | undefined,
  root: string,
): readonly { readonly sourcePosition?: string }[] {
  return (trace?.getFramesList() ?? []).map((frame) => {
    const sourcePosition = readPosition(frame.getPc(), root);
    return sourcePosition === undefined ? {} : { sourcePosition };
  });
}

function optional(text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : text;
}
