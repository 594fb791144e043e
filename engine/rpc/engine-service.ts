/** Pulumi's engine service, which programs log to. */
import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import messages from "@pulumi/pulumi/proto/engine_pb.js";
import type {
  GetRootResourceResponse,
  LogRequest,
  RequirePulumiVersionRequest,
  RequirePulumiVersionResponse,
  SetRootResourceRequest,
  SetRootResourceResponse,
} from "@pulumi/pulumi/proto/engine_pb.js";
import type { Severity } from "../deploy/events.ts";
import { describeUnfitVersion } from "../project/version-range.ts";

/** Where the messages of a program go. */
export type LogListener = (message: LogMessage) => void;

/** A message of a program or a provider. */
export interface LogMessage {
  readonly severity: Severity;
  readonly message: string;
  /** The resource that it is about; undefined for the stack. */
  readonly urn: string | undefined;
  /** Whether it only says how far something is, until the next one comes. */
  readonly isStatus: boolean;
}

/** The service that programs log to. Debug messages are dropped. */
export function engineService(onLog: LogListener): UntypedServiceImplementation {
  const { INFO, WARNING, ERROR } = messages.LogSeverity;
  const severities = new Map<number, Severity>([
    [INFO, "info"],
    [WARNING, "warning"],
    [ERROR, "error"],
  ]);
  let root = "";
  return {
    log(call: ServerUnaryCall<LogRequest, Empty>, callback: sendUnaryData<Empty>) {
      const { request } = call;
      const severity = severities.get(request.getSeverity());
      const urn = request.getUrn();
      if (severity !== undefined) {
        onLog({
          severity,
          message: request.getMessage(),
          urn: urn === "" ? undefined : urn,
          isStatus: request.getEphemeral(),
        });
      }
      callback(null, new emptyMessages.Empty());
    },
    setRootResource(
      call: ServerUnaryCall<SetRootResourceRequest, SetRootResourceResponse>,
      callback: sendUnaryData<SetRootResourceResponse>,
    ) {
      root = call.request.getUrn();
      callback(null, new messages.SetRootResourceResponse());
    },
    getRootResource(
      _call: ServerUnaryCall<unknown, GetRootResourceResponse>,
      callback: sendUnaryData<GetRootResourceResponse>,
    ) {
      callback(null, new messages.GetRootResourceResponse().setUrn(root));
    },
    requirePulumiVersion(
      call: ServerUnaryCall<RequirePulumiVersionRequest, RequirePulumiVersionResponse>,
      callback: sendUnaryData<RequirePulumiVersionResponse>,
    ) {
      const unfit = describeUnfitVersion(call.request.getPulumiVersionRange());
      if (unfit === undefined) {
        callback(null, new messages.RequirePulumiVersionResponse());
      } else {
        callback({ code: status.FAILED_PRECONDITION, details: `Cannot run the program: ${unfit}` });
      }
    },
    startDebugging(_call: unknown, callback: sendUnaryData<Empty>) {
      callback(null, new emptyMessages.Empty());
    },
  };
}
