/** Reads from a failed call that its resource exists all the same. */
import type { Metadata } from "@grpc/grpc-js";
import statusMessages from "@pulumi/pulumi/proto/status_pb.js";
import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import type { PropertyMap } from "../values/property-value.ts";
import { decodeStruct } from "./struct.ts";

/** A resource that exists and does not work. */
export interface InitFailure {
  readonly id: string;
  readonly outputs: PropertyMap;
  readonly reasons: readonly string[];
}

/** Finds, in the trailers of a failed call, the details that say the resource exists nevertheless. */
export function readInitFailure(metadata: Metadata): InitFailure | undefined {
  const [packed] = metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(packed)) {
    return undefined;
  }
  const { Status } = statusMessages;
  const { ErrorResourceInitFailed } = providerMessages;
  for (const detail of Status.deserializeBinary(packed).getDetailsList()) {
    const failure = detail.unpack(
      (bytes) => ErrorResourceInitFailed.deserializeBinary(bytes),
      "pulumirpc.ErrorResourceInitFailed",
    );
    if (failure !== null) {
      return {
        id: failure.getId(),
        outputs: decodeStruct(failure.getProperties()),
        reasons: failure.getReasonsList(),
      };
    }
  }
  return undefined;
}
