/** The process of the SDK's dynamic provider. */
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { debugStep } from "../../common/debug-log.ts";
import { isForeignFrame, isRepeatedError } from "../display/stack-trace.ts";
import { ProviderError } from "../deploy/resource-provider.ts";
import type { PropertyMap } from "../values/property-value.ts";
import { Child, describeEnd } from "./child.ts";

/** How long after its connection the end of a process may be noticed, on a busy machine, milliseconds. */
const NOTICE_MS = 10_000;

/** What a provider process is started with. */
export interface ProviderProcessOptions {
  readonly sdk: string;
  /** The program's folder: the provider runs there. */
  readonly directory: string;
  readonly projectName: string;
  readonly stack: string;
  /** Where the engine listens. */
  readonly address: string;
  /** What the resources' providers will load, if the project has it. */
  readonly moduleAhead: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  /** Gets what user code in the provider prints. */
  readonly onLine: (line: string, isError: boolean) => void;
}

/** The process of the SDK's dynamic provider. It can be started before it is needed, so that the first request need not wait for it. */
export class ProviderProcess {
  readonly #options: ProviderProcessOptions;
  #child: Child | undefined;
  #address: Promise<string> | undefined;
  #client: Promise<ResourceProviderClient> | undefined;

  constructor(options: ProviderProcessOptions) {
    this.#options = options;
  }

  /** Starts the process, if it has not been. */
  start(): void {
    if (this.#address !== undefined) {
      return;
    }
    this.#address = this.#launch();
    // connect() throws the failure; without a connection it does not matter.
    this.#address.catch(() => undefined);
  }

  /** Connects to the process, starting it if need be, and configures it once. */
  connect(configuration: () => PropertyMap): Promise<ResourceProviderClient> {
    this.start();
    this.#client ??= debugStep("engine: connect to the provider", () =>
      this.#connect(configuration()),
    );
    return this.#client;
  }

  /** How the process ended, in words, when its connection broke; undefined when it runs on nevertheless. */
  async describeEnd(): Promise<string | undefined> {
    // A broken connection is noticed before the end of the process at the other end of it.
    await Promise.race([this.#child?.ended, setTimeout(NOTICE_MS, undefined, { ref: false })]);
    const end = this.#child?.end;
    return end === undefined ? undefined : describeEnd(end);
  }

  /** Asks the provider to stop what it is doing, if it has begun anything. Whether it does is its own decision. */
  async cancel(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    if (client !== undefined) {
      const { cancelProvider } = await import("../rpc/dynamic-provider.ts");
      cancelProvider(client);
    }
  }

  /** Ends the process and waits until it has. */
  async stop(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    client?.close();
    await this.#child?.stop();
  }

  /** Ends the process at once. */
  kill(): void {
    this.#child?.kill();
  }

  async #connect(configuration: PropertyMap): Promise<ResourceProviderClient> {
    const [address, { connectProvider }] = await Promise.all([
      this.#address,
      import("../rpc/dynamic-provider.ts"),
    ]);
    return connectProvider(address ?? "", configuration);
  }

  async #launch(): Promise<string> {
    const { sdk, projectName, stack, address, environment, onLine } = this.#options;
    const { directory, moduleAhead } = this.#options;
    const errors: string[] = [];
    let takePort: ((port: string) => void) | undefined;
    const port = new Promise<string>((resolve) => (takePort = resolve));
    const child = new Child({
      what: "provider",
      script: join(sdk, "cmd", "dynamic-provider"),
      arguments: [address],
      moduleAhead,
      directory,
      environment: {
        ...environment,
        // The provider's configuration falls back on the project's namespace.
        PULUMI_NODEJS_PROJECT: projectName,
        PULUMI_NODEJS_STACK: stack,
      },
      onLine: (line) => {
        // The first line is the port; what follows was printed by the user's code.
        if (takePort === undefined) {
          return onLine(line, false);
        }
        takePort(line.trim());
        takePort = undefined;
      },
      onErrorLine: (line) => {
        if (takePort !== undefined) {
          errors.push(line);
        }
        // The SDK prints the stack of what a provider throws; the SDK's own frames are of no use.
        if (!isForeignFrame(line) && !isRepeatedError(line)) {
          onLine(line, true);
        }
      },
    });
    this.#child = child;
    const failed = child.ended.then((end): never => {
      throw new ProviderError(
        [`Cannot start the provider's process: ${describeEnd(end)}`, ...errors].join("\n"),
      );
    });
    failed.catch(() => undefined);
    return `127.0.0.1:${await Promise.race([port, failed])}`;
  }
}
