/** Tells Pulumi's engine how far something is: its display shows the newest line only, and no report keeps it. */
import { debugLog } from "../common/debug-log.ts";
import { messageOf } from "../common/errors/message-of.ts";

/** Sends one line. */
type Send = (line: string) => void;

let sending: Promise<Send> | undefined;

/**
 * Shows a line in the place of the one before. It gets lost where the engine cannot be reached.
 *
 * @param address where the engine listens: what the SDK starts the provider's process with
 */
export async function writeStatus(line: string, address = process.argv[2]): Promise<void> {
  try {
    sending ??= connect(address ?? "");
    const send = await sending;
    send(line);
  } catch (error) {
    debugLog(`Status line is lost: ${messageOf(error)}`);
  }
}

/** Loads gRPC's client, which only long uploads need. */
async function connect(address: string): Promise<Send> {
  const [{ credentials }, { default: services }, { default: messages }] = await Promise.all([
    import("@grpc/grpc-js"),
    import("@pulumi/pulumi/proto/engine_grpc_pb.js"),
    import("@pulumi/pulumi/proto/engine_pb.js"),
  ]);
  const client = new services.EngineClient(address, credentials.createInsecure(), {
    // The engine is on this machine, whatever proxy the environment names.
    "grpc.enable_http_proxy": 0,
  });
  return (line) => {
    const request = new messages.LogRequest()
      .setSeverity(messages.LogSeverity.INFO)
      .setMessage(line)
      .setEphemeral(true);
    client.log(request, (error) => {
      if (error !== null) {
        debugLog(`Status line is lost: ${error.message}`);
      }
    });
  };
}
