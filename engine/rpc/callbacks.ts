/** Functions of a program that the engine calls back: its transforms and hooks, by the service that the SDK has for them. */
import type { CallbackInvokeResponse } from "@pulumi/pulumi/proto/callback_pb.js";
import type { CallbacksClient } from "@pulumi/pulumi/proto/callback_grpc_pb.js";
import { CHANNEL_OPTIONS, plaintextCredentials } from "./channel.ts";

/** Where a function is, and by what name (`pulumirpc.Callback`). */
export interface CallbackAddress {
  /** `127.0.0.1:4711` */
  getTarget(): string;
  getToken(): string;
}

/** Calls functions of a program. Connections end with the program. */
export class Callbacks {
  readonly #clients = new Map<string, CallbacksClient>();

  /**
   * @param request the serialized message that the kind of function takes
   * @returns the serialized answer
   * @throws {Error} with what the function has thrown, in words
   */
  async call(address: CallbackAddress | undefined, request: Uint8Array): Promise<Uint8Array> {
    if (address === undefined) {
      throw new Error("The program does not say where the function is");
    }
    // Few programs have such functions.
    const { default: messages } = await import("@pulumi/pulumi/proto/callback_pb.js");
    const client = await this.#client(address.getTarget());
    const message = new messages.CallbackInvokeRequest()
      .setToken(address.getToken())
      .setRequest(request);
    const response = await new Promise<CallbackInvokeResponse>((resolve, reject) => {
      client.invoke(message, (error, answer) =>
        error === null ? resolve(answer) : reject(new Error(error.details)),
      );
    });
    return response.getResponse_asU8();
  }

  async #client(target: string): Promise<CallbacksClient> {
    const { default: services } = await import("@pulumi/pulumi/proto/callback_grpc_pb.js");
    const known = this.#clients.get(target);
    if (known !== undefined) {
      return known;
    }
    const client = new services.CallbacksClient(target, plaintextCredentials(), CHANNEL_OPTIONS);
    this.#clients.set(target, client);
    return client;
  }
}
