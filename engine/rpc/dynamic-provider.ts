/** Speaks Pulumi's provider protocol to the process of the SDK's dynamic provider. */
import { Metadata, status } from "@grpc/grpc-js";
import type { ServiceError } from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import type {
  CheckResponse,
  CreateResponse,
  DiffResponse,
  ReadResponse,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import type { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { debugStep } from "../../common/debug-log.ts";
import type {
  CheckFailure,
  ProviderDiff,
  ProvisionedResource,
  ReadResult,
  ResourceIdentity,
  ResourceProvider,
} from "../deploy/resource-provider.ts";
import { ProviderError } from "../deploy/resource-provider.ts";
import { nameOf, typeOf } from "../state/urn.ts";
import type { PropertyMap } from "../values/property-value.ts";
import { markSecretsLike } from "../values/property-value.ts";
import { CHANNEL_OPTIONS, plaintextCredentials } from "./channel.ts";
import { readInitFailure } from "./init-failure.ts";
import { decodeStruct, decodeStructLike, encodeStruct, FOR_PROVIDER } from "./struct.ts";

/** Inputs and outputs of a resource before a request. */
type Properties = { readonly inputs: PropertyMap; readonly outputs: PropertyMap };
/** How the generated client wants to be called back. */
type Callback<T> = (error: ServiceError | null, response: T) => void;

/** The process of the SDK's dynamic provider, as a provider. The first request starts it. */
export class DynamicProvider implements ResourceProvider {
  readonly #connect: () => Promise<ResourceProviderClient>;
  readonly #processEnd: () => Promise<string | undefined>;

  /**
   * @param connect starts and configures the process on the first call, returns the same client ever after
   * @param processEnd how the process ended, in words; undefined when it runs
   */
  constructor(
    connect: () => Promise<ResourceProviderClient>,
    processEnd: () => Promise<string | undefined>,
  ) {
    this.#connect = connect;
    this.#processEnd = processEnd;
  }

  async check(
    urn: string,
    before: PropertyMap,
    inputs: PropertyMap,
  ): Promise<{ readonly inputs: PropertyMap; readonly failures: readonly CheckFailure[] }> {
    const request = new messages.CheckRequest()
      .setUrn(urn)
      .setName(nameOf(urn))
      .setType(typeOf(urn))
      .setOlds(encodeStruct(before, FOR_PROVIDER))
      .setNews(encodeStruct(inputs, FOR_PROVIDER));
    const response = await this.#call<CheckResponse>("checking", urn, (client, done) =>
      client.check(request, done),
    );
    return {
      inputs: markSecretsLike(decodeStructLike(response.getInputs(), before), inputs),
      failures: response
        .getFailuresList()
        .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() })),
    };
  }

  async diff(
    { urn, id }: ResourceIdentity,
    before: Properties,
    inputs: PropertyMap,
    ignoreChanges: readonly string[],
  ): Promise<ProviderDiff> {
    const request = new messages.DiffRequest()
      .setUrn(urn)
      .setName(nameOf(urn))
      .setType(typeOf(urn))
      .setId(id)
      .setOlds(encodeStruct(before.outputs, FOR_PROVIDER))
      .setOldInputs(encodeStruct(before.inputs, FOR_PROVIDER))
      .setNews(encodeStruct(inputs, FOR_PROVIDER))
      .setIgnorechangesList([...ignoreChanges]);
    const response = await this.#call<DiffResponse>("diffing", urn, (client, done) =>
      client.diff(request, done),
    );
    const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
    const changes = response.getChanges();
    return {
      changes: changes === DIFF_SOME ? "some" : changes === DIFF_NONE ? "none" : "unknown",
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  async create(urn: string, inputs: PropertyMap): Promise<ProvisionedResource> {
    const request = new messages.CreateRequest()
      .setUrn(urn)
      .setName(nameOf(urn))
      .setType(typeOf(urn))
      .setProperties(encodeStruct(inputs, FOR_PROVIDER));
    return this.#provision(inputs, undefined, async () => {
      const response = await this.#call<CreateResponse>("creating", urn, (client, done) =>
        client.create(request, done),
      );
      if (response.getId() === "") {
        throw new ProviderError("The provider gave no id for what it created");
      }
      return { id: response.getId(), outputs: decodeStructLike(response.getProperties(), inputs) };
    });
  }

  async update(
    { urn, id }: ResourceIdentity,
    before: Properties,
    inputs: PropertyMap,
  ): Promise<ProvisionedResource> {
    const request = new messages.UpdateRequest()
      .setUrn(urn)
      .setName(nameOf(urn))
      .setType(typeOf(urn))
      .setId(id)
      .setOlds(encodeStruct(before.outputs, FOR_PROVIDER))
      .setOldInputs(encodeStruct(before.inputs, FOR_PROVIDER))
      .setNews(encodeStruct(inputs, FOR_PROVIDER));
    return this.#provision(inputs, id, async () => {
      const response = await this.#call<UpdateResponse>("updating", urn, (client, done) =>
        client.update(request, done),
      );
      return { id, outputs: decodeStructLike(response.getProperties(), inputs) };
    });
  }

  async read({ urn, id }: ResourceIdentity, before: Properties): Promise<ReadResult> {
    const request = new messages.ReadRequest()
      .setUrn(urn)
      .setName(nameOf(urn))
      .setType(typeOf(urn))
      .setId(id)
      .setProperties(encodeStruct(before.outputs, FOR_PROVIDER))
      .setInputs(encodeStruct(before.inputs, FOR_PROVIDER));
    const response = await this.#call<ReadResponse>("reading", urn, (client, done) =>
      client.read(request, done),
    );
    const inputs = response.getInputs();
    return {
      id: response.getId(),
      outputs: markSecretsLike(decodeStruct(response.getProperties()), before.outputs),
      inputs:
        inputs === undefined ? undefined : markSecretsLike(decodeStruct(inputs), before.inputs),
    };
  }

  async delete({ urn, id }: ResourceIdentity, before: Properties): Promise<void> {
    const request = new messages.DeleteRequest()
      .setUrn(urn)
      .setName(nameOf(urn))
      .setType(typeOf(urn))
      .setId(id)
      .setProperties(encodeStruct(before.outputs, FOR_PROVIDER))
      .setOldInputs(encodeStruct(before.inputs, FOR_PROVIDER));
    await this.#call("deleting", urn, (client, done) => client.delete(request, done));
  }

  /** An error that says "created, but failed to start" is a result: the resource exists. */
  async #provision(
    inputs: PropertyMap,
    id: string | undefined,
    action: () => Promise<{ readonly id: string; readonly outputs: PropertyMap }>,
  ): Promise<ProvisionedResource> {
    try {
      const { id: given, outputs } = await action();
      return { id: given, outputs: markSecretsLike(outputs, inputs), initErrors: [] };
    } catch (error) {
      if (!(error instanceof InitFailure)) {
        throw error;
      }
      return {
        id: id ?? error.id,
        outputs: markSecretsLike(error.outputs, inputs),
        initErrors: error.reasons,
      };
    }
  }

  async #call<T>(
    doing: string,
    urn: string,
    invoke: (client: ResourceProviderClient, done: Callback<T>) => unknown,
  ): Promise<T> {
    const client = await this.#connect();
    return debugStep(`provider: ${doing} ${urn}`, async () => {
      const answer = await new Promise<{ error: ServiceError } | { response: T }>((resolve) => {
        invoke(client, (error, response) => resolve(error === null ? { response } : { error }));
      });
      if ("error" in answer) {
        throw await this.#explain(doing, urn, answer.error);
      }
      return answer.response;
    });
  }

  async #explain(doing: string, urn: string, error: ServiceError): Promise<Error> {
    if (isConnectionLost(error)) {
      const end = await this.#processEnd();
      const what =
        end === undefined
          ? "The connection to the provider's process broke"
          : "The provider's process ended";
      return new ProviderError(
        `${what} while ${doing} "${nameOf(urn)}": ${end ?? error.details}, run the same command again`,
        { unknown: true },
      );
    }
    const failure = readInitFailure(error.metadata ?? new Metadata());
    if (failure !== undefined) {
      const reasons = failure.reasons.length > 0 ? failure.reasons : [error.details];
      return new InitFailure(failure.id, failure.outputs, reasons);
    }
    return new ProviderError(error.details);
  }
}

/**
 * Whether a call ended without an answer. The code alone does not tell, because gRPC takes it from what a
 * provider throws where that has a number as `code`; but every answer has headers, and gRPC's own words have none.
 */
function isConnectionLost({ code, metadata }: ServiceError): boolean {
  return (
    (code === status.UNAVAILABLE || code === status.CANCELLED) &&
    Object.keys(metadata?.getMap() ?? {}).length === 0
  );
}

/** Thrown inside this file only: the provider made a resource that does not work. */
class InitFailure extends Error {
  override readonly name = "InitFailure";
  readonly id: string;
  readonly outputs: PropertyMap;
  readonly reasons: readonly string[];

  constructor(id: string, outputs: PropertyMap, reasons: readonly string[]) {
    super(reasons.join("; "));
    this.id = id;
    this.outputs = outputs;
    this.reasons = reasons;
  }
}

/**
 * Connects to a provider process and configures it.
 *
 * @param address `127.0.0.1:<port>`
 * @param configuration the provider's inputs: every configuration key
 */
export async function connectProvider(
  address: string,
  configuration: PropertyMap,
): Promise<ResourceProviderClient> {
  const client = new services.ResourceProviderClient(
    address,
    plaintextCredentials(),
    CHANNEL_OPTIONS,
  );
  const request = new messages.ConfigureRequest()
    .setArgs(encodeStruct(configuration, FOR_PROVIDER))
    .setAcceptsecrets(true)
    .setAcceptresources(true);
  await new Promise<void>((resolve, reject) => {
    client.configure(request, (error) => {
      if (error === null) {
        resolve();
      } else {
        reject(new ProviderError(`Cannot configure the provider: ${error.details}`));
      }
    });
  });
  return client;
}

/** Asks a provider process to stop what it is doing. Its answer says nothing; what becomes of the steps is in theirs. */
export function cancelProvider(client: ResourceProviderClient): void {
  client.cancel(new emptyMessages.Empty(), () => undefined);
}
