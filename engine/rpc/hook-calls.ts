/** Hooks as programs register them: how each is called back, and what it is told. */
import messages from "@pulumi/pulumi/proto/resource_pb.js";
import type {
  ErrorHookRequest,
  RegisterErrorHookRequest,
  RegisterResourceHookRequest,
  ResourceHookRequest,
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
      const question = new messages.ResourceHookRequest();
      describe(question, call);
      question.setNewOutputs(struct(call.newOutputs));
      const answer = await callbacks.call(address, question.serializeBinary());
      throwIfAny(messages.ResourceHookResponse.deserializeBinary(answer).getError());
    },
  };
}

/** A hook that is asked about failures. */
export function errorHook(callbacks: Callbacks, request: RegisterErrorHookRequest): ErrorHook {
  const address = request.getCallback();
  return async (call: HookCall, operation, failures) => {
    const question = new messages.ErrorHookRequest();
    describe(question, call);
    question.setFailedOperation(operation).setErrorsList([...failures]);
    const answer = messages.ErrorHookResponse.deserializeBinary(
      await callbacks.call(address, question.serializeBinary()),
    );
    throwIfAny(answer.getError());
    return answer.getRetry();
  };
}

/** Says which resource it is about, and what was and will be of it. */
function describe(
  question: ResourceHookRequest | ErrorHookRequest,
  { resource: { urn, id }, newInputs, oldInputs, oldOutputs }: HookCall,
): void {
  question.setUrn(urn);
  question.setId(id);
  question.setName(nameOf(urn));
  question.setType(typeOf(urn));
  question.setNewInputs(struct(newInputs));
  question.setOldInputs(struct(oldInputs));
  question.setOldOutputs(struct(oldOutputs));
}

function struct(properties: PropertyMap | undefined): ReturnType<typeof encodeStruct> | undefined {
  return properties === undefined ? undefined : encodeStruct(properties, FOR_PROGRAM);
}

function throwIfAny(error: string): void {
  if (error !== "") {
    throw new Error(error);
  }
}
