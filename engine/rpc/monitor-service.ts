/** Pulumi's resource monitor service, which programs declare their resources to. */
import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import messages from "@pulumi/pulumi/proto/resource_pb.js";
import type {
  DeploymentInfo,
  ReadResourceRequest,
  ReadResourceResponse,
  RegisterErrorHookRequest,
  RegisterResourceHookRequest,
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  RegisterResourceResponse,
  ResourceInvokeRequest,
  SupportsFeatureRequest,
  SupportsFeatureResponse,
} from "@pulumi/pulumi/proto/resource_pb.js";
import { UserError } from "../../common/errors/user-error.ts";
import type { Deployment } from "../deploy/deployment.ts";
import { RunStopped } from "../deploy/run.ts";
import { messageOf } from "../../common/errors/message-of.ts";
import { Callbacks } from "./callbacks.ts";
import type { CallbackAddress } from "./callbacks.ts";
import { readGoal, readReadGoal } from "./goal-request.ts";
import { decodeStruct, encodeStruct, FOR_PROGRAM } from "./struct.ts";
import { errorHook, stepHook } from "./hook-calls.ts";
import { Transforms } from "./transforms.ts";

/** What the monitor needs to know to answer a program. */
export interface MonitorOptions {
  readonly deployment: Deployment;
  readonly root: string;
  /** Told when the program has declared everything; the answer is held back until the promise resolves. */
  readonly onProgramFinished: () => Promise<void>;
  /** Told when the program asked for something that failed, and will get no answer. */
  readonly onFailed: () => void;
}

/**
 * The ways in which older SDKs ask, and the features themselves. Those that the engine refuses by name are
 * among them: of others the SDK would say that the Pulumi CLI needs an update.
 */
const FEATURES = {
  secrets: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_SECRETS,
  resourceReferences: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
  aliasSpecs: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
  deletedWith: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
  replaceWith: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
  transforms: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
  invokeTransforms: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
  resourceHooks: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
  errorHooks: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
  parameterization: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
  stateMigrations: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_STATE_MIGRATIONS,
};

/** The service that programs declare their resources to. */
export function monitorService(options: MonitorOptions): UntypedServiceImplementation {
  const { deployment, root } = options;
  const callbacks = new Callbacks();
  const transforms = new Transforms(callbacks);
  const refuse = (what: string) =>
    answer<{ toString(): string }, never>(options, () => {
      throw new UserError(
        `Cannot ${what}: the embedded engine does not support it, install the Pulumi CLI for it`,
      );
    });
  return {
    supportsFeature: answer<SupportsFeatureRequest, SupportsFeatureResponse>(
      options,
      async (request) =>
        new messages.SupportsFeatureResponse().setHassupport(
          Object.hasOwn(FEATURES, request.getId()),
        ),
    ),
    getDeploymentInfo: answer<Empty, DeploymentInfo>(options, async () =>
      new messages.DeploymentInfo().setSupportedfeaturesList(Object.values(FEATURES)),
    ),
    registerResource: answer<RegisterResourceRequest, RegisterResourceResponse>(
      options,
      async (request) => {
        await transforms.apply(request);
        const state = await deployment.register(readGoal(request, root));
        transforms.noteResource(state.urn, request);
        const hasFailed = deployment.run.errored.has(state.urn);
        if (hasFailed && !request.getSupportsresultreporting()) {
          // An older SDK would take it for done.
          deployment.run.stopAfterFailure();
          throw new RunStopped();
        }
        // A component's outputs of the last run may name resources that are not registered yet.
        const outputs = state.custom ? state.outputs : {};
        return new messages.RegisterResourceResponse()
          .setUrn(state.urn)
          .setId(state.id)
          .setResult(hasFailed ? messages.Result.FAIL : messages.Result.SUCCESS)
          .setUnknown(deployment.run.selection.isSkipped(state.urn))
          .setObject(encodeStruct(outputs, FOR_PROGRAM));
      },
    ),
    registerResourceOutputs: answer<RegisterResourceOutputsRequest, Empty>(
      options,
      async (request) => {
        await deployment.registerOutputs(request.getUrn(), decodeStruct(request.getOutputs()));
        return new emptyMessages.Empty();
      },
    ),
    readResource: answer<ReadResourceRequest, ReadResourceResponse>(options, async (request) => {
      const state = await deployment.read(readReadGoal(request, root));
      return new messages.ReadResourceResponse()
        .setUrn(state.urn)
        .setProperties(encodeStruct(state.outputs, FOR_PROGRAM));
    }),
    signalAndWaitForShutdown: answer<Empty, Empty>(options, async () => {
      await options.onProgramFinished();
      return new emptyMessages.Empty();
    }),
    invoke: answer<ResourceInvokeRequest, never>(options, (request) => {
      throw new UserError(
        `Cannot call function "${request.getTok()}": the embedded engine calls no provider functions, ` +
          "install the Pulumi CLI for it",
      );
    }),
    call: refuse("call a method of a resource"),
    existsResource: refuse("ask whether a resource exists"),
    registerStackTransform: answer<CallbackAddress, Empty>(options, async (transform) => {
      transforms.registerForStack(transform);
      return new emptyMessages.Empty();
    }),
    registerStackInvokeTransform: refuse("register an invoke transform"),
    registerResourceHook: answer<RegisterResourceHookRequest, Empty>(options, async (request) => {
      deployment.run.hooks.register(request.getName(), stepHook(callbacks, request));
      return new emptyMessages.Empty();
    }),
    registerErrorHook: answer<RegisterErrorHookRequest, Empty>(options, async (request) => {
      deployment.run.hooks.registerForErrors(request.getName(), errorHook(callbacks, request));
      return new emptyMessages.Empty();
    }),
    registerPackage: refuse("register a parameterized package"),
  };
}

/**
 * Makes a handler of a function. What it throws is reported, unless it has been; the call is left without an
 * answer then, because the SDK would print any error once more, and the program is ended anyway.
 */
function answer<Request, Response>(
  { deployment, onFailed }: MonitorOptions,
  handle: (request: Request) => Promise<Response>,
): (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => void {
  return (call, callback) => {
    const respond = async (): Promise<void> => {
      let response: Response;
      try {
        response = await handle(call.request);
      } catch (error) {
        if (!(error instanceof RunStopped)) {
          deployment.run.report("error", messageOf(error));
        }
        onFailed();
        return;
      }
      callback(null, response);
    };
    void respond();
  };
}
