/**
 * Preloaded into the program's and the provider's process: has the SDK load what few programs use when it is used.
 * That is the compiler and npm's reader of dependencies, for functions that are serialized, and OpenTelemetry; they
 * are half of what a process does before a program begins. What it uses of protobuf is made quicker.
 */
import Module, { createRequire } from "node:module";
import path from "node:path";
import { quickenStructs } from "../rpc/quick-structs.ts";
import type { ProtobufLibrary } from "../rpc/quick-structs.ts";

/** The one part of OpenTelemetry that is always loaded; without a tracer it makes spans that do nothing. */
interface TracingApi {
  readonly trace: {
    getTracer(name: string): { startSpan(name: string): unknown };
  };
}

/** Where the SDK keeps the promises that have not settled yet. */
interface LocalState {
  getStore(): { readonly leakCandidates: Set<unknown> };
}

/** What a module of the SDK exports; it is a function where it is called. */
type ModuleExports = Readonly<Record<string, (...given: unknown[]) => unknown>>;

const [, script] = process.argv;
// `cmd/run` or `cmd/dynamic-provider` in the SDK's folder.
const requireOfSdk = createRequire(path.resolve(script ?? ".", "../../package.json"));

quickenProtobuf();
defer("./typescript-shim", () => ({}));
defer("./runtime/closure/codePaths", (load) => ({
  __esModule: true,
  computeCodePaths: (...given: unknown[]): unknown => load()["computeCodePaths"]?.(...given),
}));
// Most programs do not run Pulumi from within.
defer("./automation", () => ({ __esModule: true }));
// V8's inspector, which tells of each script; functions that are serialized need it, and then it tells of all.
defer("./runtime/closure/v8Hooks", () => ({
  __esModule: true,
  isInitializedAsync: async (): Promise<void> => undefined,
}));
// The engine drops messages for debugging (`engine/rpc/engine-service.ts`), of which there are ten for a resource.
defer("./log", () => ({
  __esModule: true,
  debug: async (): Promise<void> => undefined,
}));
// This is how the SDK is told to trace; `--tracing`, the older way, the engine does not use.
if ((process.env["TRACEPARENT"] ?? "") === "") {
  defer("./cmd/run/tracing", () => ({
    __esModule: true,
    newSpan: (name: string): unknown => {
      const api: TracingApi = requireOfSdk("@opentelemetry/api");
      return api.trace.getTracer("nodejs-runtime").startSpan(name);
    },
  }));
}

// Each promise of the SDK's own (about fifty for a resource) would note where it was made, with every frame looked up
// in source maps: half of the program's time. Only this variable has the notes shown.
if ((process.env["PULUMI_DEBUG_PROMISE_LEAKS"] ?? "") === "") {
  let state: LocalState | undefined;
  defer("./runtime/debuggable", (load) => ({
    debuggablePromise: (...given: unknown[]): unknown => {
      const [promise] = given;
      if (state !== undefined && promise instanceof Promise) {
        return countUntilSettled(promise, state);
      }
      // The first one has the SDK look for those that never settle when the process ends.
      state = findLocalState();
      const { stackTraceLimit } = Error;
      Error.stackTraceLimit = 0;
      try {
        return load()["debuggablePromise"]?.(...given);
      } finally {
        Error.stackTraceLimit = stackTraceLimit;
      }
    },
  }));
}

function findLocalState(): LocalState | undefined {
  try {
    return requireOfSdk("./runtime/state");
  } catch {
    // Another version of the SDK keeps them elsewhere.
    return undefined;
  }
}

/** What the SDK does with a promise of its own, but for the notes (`debuggablePromise` in runtime/debuggable.js). */
function countUntilSettled(promise: Promise<unknown>, state: LocalState): Promise<unknown> {
  const store = state.getStore();
  store.leakCandidates.add(promise);
  return promise
    .then((value) => {
      store.leakCandidates.delete(promise);
      return value;
    })
    .catch((error: { promise: unknown }) => {
      store.leakCandidates.delete(promise);
      error.promise = promise;
      throw error;
    });
}

function quickenProtobuf(): void {
  let structs: ProtobufLibrary["structs"];
  let protobuf: ProtobufLibrary["protobuf"];
  try {
    structs = requireOfSdk("google-protobuf/google/protobuf/struct_pb.js");
    protobuf = requireOfSdk("google-protobuf");
  } catch {
    // Another version of the SDK may have another library.
    return;
  }
  quickenStructs({ structs, protobuf }, { isLazy: true, isFrozen: false });
}

/**
 * Puts something in the place of a module of the SDK that loads it when anything but what is known is asked for.
 *
 * @param describe gives what can be told without loading it
 */
function defer(
  name: string,
  describe: (load: () => ModuleExports) => Readonly<Record<string, unknown>>,
): void {
  let file: string;
  try {
    file = requireOfSdk.resolve(name);
  } catch {
    // Another version of the SDK has other modules.
    return;
  }
  let loaded: ModuleExports | undefined;
  const load = (): ModuleExports => {
    if (loaded === undefined) {
      Reflect.deleteProperty(requireOfSdk.cache, file);
      const exported: ModuleExports = requireOfSdk(file);
      loaded = exported;
      requireOfSdk.cache[file] = stand;
    }
    return loaded;
  };
  const known = describe(load);
  const stand = new Module(file);
  stand.filename = file;
  stand.loaded = true;
  stand.exports = new Proxy(
    {},
    {
      get: (_target, key) => Reflect.get(Object.hasOwn(known, key) ? known : load(), key),
      has: (_target, key) => Reflect.has(load(), key),
      ownKeys: () => Reflect.ownKeys(load()),
      getOwnPropertyDescriptor: (_target, key) => {
        const found = Reflect.getOwnPropertyDescriptor(load(), key);
        return found && { ...found, configurable: true };
      },
    },
  );
  requireOfSdk.cache[file] = stand;
}
