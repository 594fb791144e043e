/** How the engine, the program and the provider connect: options that all of them share. */
import { credentials } from "@grpc/grpc-js";
import type { ChannelCredentials } from "@grpc/grpc-js";

/** The SDK's own limit on the size of a message, bytes; gRPC's default of 4 MiB is too small for large inputs. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** Options of every channel and server between the engine, the program and the provider. */
export const CHANNEL_OPTIONS = {
  "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
  "grpc.max_send_message_length": -1,
  // Connections to this machine must not go through a proxy that the environment names.
  "grpc.enable_http_proxy": 0,
};

/** The two ends are on one machine, and the protocol is in plain text. */
export function plaintextCredentials(): ChannelCredentials {
  return credentials.createInsecure();
}
