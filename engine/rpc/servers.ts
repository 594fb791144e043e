/** Puts the services that a program talks to behind one port. Loading this loads gRPC. */
import { Server } from "@grpc/grpc-js";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import monitorServices from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import { CHANNEL_OPTIONS } from "./channel.ts";
import { engineService } from "./engine-service.ts";
import type { LogListener } from "./engine-service.ts";
import type { Listener } from "./listener.ts";
import { monitorService } from "./monitor-service.ts";
import type { MonitorOptions } from "./monitor-service.ts";

/** What the servers are made of. */
export interface ServeOptions extends MonitorOptions {
  readonly onLog: LogListener;
}

/** Puts the two services that a program talks to behind one port. */
export async function serve(listener: Listener, options: ServeOptions): Promise<void> {
  const server = new Server(CHANNEL_OPTIONS);
  server.addService(monitorServices.ResourceMonitorService, monitorService(options));
  server.addService(engineServices.EngineService, engineService(options.onLog));
  await listener.serve(server);
}
