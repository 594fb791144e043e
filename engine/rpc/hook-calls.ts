/** Hooks as programs register them: how each is called back, and what it is told. */
import messages from "@pulumi/pulumi/proto/resource_pb.js";
import type {
  RegisterErrorHookRequest,
  RegisterResourceHookRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import type { ErrorHook, HookCall, StepHook } from "../deploy/hooks.ts";
import { nameOf, typeOf } from "../state/urn.ts";
import type { PropertyMap } from "../values/property-value.ts";
import type { Callbacks } from "./callbacks.ts";
import { encodeStruct, FOR_PROGRAM } from "./struct.ts";

/** A hook that is called before or after a step. */
export function stepHook(callbacks: Callbacks, request: RegisterResourceHookRequest): StepHook {
  const address = request.getCallback();
  return {
    onDryRun: request.getOnDryRun(),
    ignoreErrors: request.getIgnoreErrors(),
    call: async (call) => {
      const question = new messages.ResourceHookRequest()
        .setUrn(call.resource.urn)
        .setId(call.resource.id)
        .setName(nameOf(call.resource.urn))
        .setType(typeOf(call.resource.urn))
        .setNewInputs(struct(call.newInputs))
        .setOldInputs(struct(call.oldInputs))
        .setNewOutputs(struct(call.newOutputs))
        .setOldOutputs(struct(call.oldOutputs));
      const answer = await callbacks.call(address, question.serializeBinary());
      throwIfAny(messages.ResourceHookResponse.deserializeBinary(answer).getError());
    },
  };
}

/** A hook that is asked about failures. */
export function errorHook(callbacks: Callbacks, request: RegisterErrorHookRequest): ErrorHook {
  const address = request.getCallback();
  return async (call: HookCall, operation, failures) => {
    const question = new messages.ErrorHookRequest()
      .setUrn(call.resource.urn)
      .setId(call.resource.id)
      .setName(nameOf(call.resource.urn))
      .setType(typeOf(call.resource.urn))
      .setNewInputs(struct(call.newInputs))
      .setOldInputs(struct(call.oldInputs))
      .setOldOutputs(struct(call.oldOutputs))
      .setFailedOperation(operation)
      .setErrorsList([...failures]);
    const answer = messages.ErrorHookResponse.deserializeBinary(
      await callbacks.call(address, question.serializeBinary()),
    );
    throwIfAny(answer.getError());
    return answer.getRetry();
  };
}

function struct(properties: PropertyMap | undefined): ReturnType<typeof encodeStruct> | undefined {
  return properties === undefined ? undefined : encodeStruct(properties, FOR_PROGRAM);
}

function throwIfAny(error: string): void {
  if (error !== "") {
    throw new Error(error);
  }
}
