/**
 * Transforms: functions of a program that rewrite the resources that it declares. They are applied to a request before
 * the engine reads it: those of the resource, of its parents from the inside out, of the stack (facts from
 * `RegisterResource` in pkg/resource/deploy/source_eval.go of pulumi/pulumi).
 */
import messages from "@pulumi/pulumi/proto/resource_pb.js";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import aliasMessages from "@pulumi/pulumi/proto/alias_pb.js";
import structMessages from "google-protobuf/google/protobuf/struct_pb.js";
import { messageOf } from "../../common/errors/message-of.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { mapProperties } from "../values/property-value.ts";
import type { PropertyValue } from "../values/property-value.ts";
import type { CallbackAddress, Callbacks } from "./callbacks.ts";
import { fromOutputValue, toOutputValue } from "./output-values.ts";

type Options = InstanceType<typeof messages.TransformResourceOptions>;

/** The transforms of a program. */
export class Transforms {
  readonly #callbacks: Callbacks;
  readonly #ofStack: CallbackAddress[] = [];
  /** Those that a resource has itself, and its parent, by its URN. */
  readonly #known = new Map<
    string,
    { readonly parent: string; readonly own: readonly CallbackAddress[] }
  >();

  constructor(callbacks: Callbacks) {
    this.#callbacks = callbacks;
  }

  /** Takes one that holds for all resources from now on. */
  registerForStack(transform: CallbackAddress): void {
    this.#ofStack.push(transform);
  }

  /** Takes note of a resource, whose children its transforms are for, too. */
  noteResource(urn: string, request: RegisterResourceRequest): void {
    this.#known.set(urn, { parent: request.getParent(), own: request.getTransformsList() });
  }

  /**
   * Lets the transforms rewrite what a program asks for.
   *
   * @param request is changed
   * @throws {UserError} with what a transform has thrown
   */
  async apply(request: RegisterResourceRequest): Promise<void> {
    const own = request.getTransformsList();
    const transforms = [...own, ...this.#ofParents(request.getParent()), ...this.#ofStack];
    if (transforms.length === 0) {
      return;
    }
    const dependencies = request.getPropertydependenciesMap();
    let properties = mapStruct(request.getObject(), (value, key) =>
      // Only with transforms of its own do values tell a resource's transforms what they depend on.
      toOutputValue(value, own.length === 0 ? [] : (dependencies.get(key)?.getUrnsList() ?? [])),
    );
    let options = optionsOf(request);
    for (const transform of transforms) {
      const question = new messages.TransformRequest()
        .setName(request.getName())
        .setType(request.getType())
        .setCustom(request.getCustom())
        .setParent(request.getParent())
        .setProperties(properties)
        .setOptions(options);
      const answer = messages.TransformResponse.deserializeBinary(
        await this.#call(transform, question, request.getName()),
      );
      properties = answer.getProperties() ?? properties;
      options = answer.getOptions() ?? options;
    }
    setOptions(request, options);
    setProperties(request, properties, own.length > 0);
  }

  async #call(
    transform: CallbackAddress,
    question: InstanceType<typeof messages.TransformRequest>,
    name: string,
  ): Promise<Uint8Array> {
    try {
      return await this.#callbacks.call(transform, question.serializeBinary());
    } catch (error) {
      throw new UserError(`Cannot transform resource "${name}": ${messageOf(error)}`);
    }
  }

  #ofParents(parent: string): readonly CallbackAddress[] {
    const known = this.#known.get(parent);
    return known === undefined ? [] : [...known.own, ...this.#ofParents(known.parent)];
  }
}

function optionsOf(request: RegisterResourceRequest): Options {
  const options = new messages.TransformResourceOptions()
    .setImport(request.getImportid())
    .setDependsOnList(request.getDependenciesList())
    .setIgnoreChangesList(request.getIgnorechangesList())
    .setReplaceOnChangesList(request.getReplaceonchangesList())
    .setReplacementTrigger(request.getReplacementTrigger())
    .setVersion(request.getVersion())
    .setAliasesList([
      ...request.getAliasurnsList().map((urn) => new aliasMessages.Alias().setUrn(urn)),
      ...request.getAliasesList(),
    ])
    .setProvider(request.getProvider())
    .setCustomTimeouts(request.getCustomtimeouts())
    .setPluginDownloadUrl(request.getPlugindownloadurl())
    .setDeletedWith(request.getDeletedwith())
    .setReplaceWithList(request.getReplaceWithList())
    .setAdditionalSecretOutputsList(request.getAdditionalsecretoutputsList())
    .setHooks(request.getHooks());
  for (const [name, provider] of request.getProvidersMap().entries()) {
    options.getProvidersMap().set(name, provider);
  }
  if (request.hasProtect()) {
    options.setProtect(request.getProtect() ?? false);
  }
  if (request.hasRetainondelete()) {
    options.setRetainOnDelete(request.getRetainondelete() ?? false);
  }
  if (request.getDeletebeforereplacedefined() || request.getDeletebeforereplace()) {
    options.setDeleteBeforeReplace(request.getDeletebeforereplace());
  }
  return options;
}

function setOptions(request: RegisterResourceRequest, options: Options): void {
  request
    .setImportid(options.getImport())
    .setIgnorechangesList(options.getIgnoreChangesList())
    .setReplaceonchangesList(options.getReplaceOnChangesList())
    .setReplacementTrigger(options.getReplacementTrigger())
    .setAliasurnsList([])
    .setAliasesList(options.getAliasesList())
    .setProvider(options.getProvider())
    .setCustomtimeouts(options.getCustomTimeouts())
    .setDeletedwith(options.getDeletedWith())
    .setReplaceWithList(options.getReplaceWithList())
    .setAdditionalsecretoutputsList(options.getAdditionalSecretOutputsList())
    .setHooks(options.getHooks())
    .setDeletebeforereplacedefined(options.hasDeleteBeforeReplace())
    .setDeletebeforereplace(options.getDeleteBeforeReplace() ?? false);
  if (request.getTransformsList().length > 0) {
    request.setDependenciesList(options.getDependsOnList());
  }
  request.clearProtect();
  if (options.hasProtect()) {
    request.setProtect(options.getProtect() ?? false);
  }
  request.clearRetainondelete();
  if (options.hasRetainOnDelete()) {
    request.setRetainondelete(options.getRetainOnDelete() ?? false);
  }
}

/** @param replacesDependencies what properties depend on is only what their values say */
function setProperties(
  request: RegisterResourceRequest,
  properties: InstanceType<typeof structMessages.Struct>,
  replacesDependencies: boolean,
): void {
  const found = new Map<string, readonly string[]>();
  const plain = mapStruct(properties, (value, key) => {
    const { value: unmarked, dependencies } = fromOutputValue(value);
    found.set(key, dependencies);
    return unmarked;
  });
  request.setObject(plain);
  const map = request.getPropertydependenciesMap();
  if (replacesDependencies) {
    map.clear();
    const all = new Set([...request.getDependenciesList(), ...[...found.values()].flat()]);
    request.setDependenciesList([...all]);
  }
  for (const [key, urns] of found) {
    const before = map.get(key)?.getUrnsList() ?? [];
    const message = new messages.RegisterResourceRequest.PropertyDependencies();
    map.set(key, message.setUrnsList([...new Set([...before, ...urns])]));
  }
}

function mapStruct(
  struct: InstanceType<typeof structMessages.Struct> | undefined,
  change: (value: PropertyValue, key: string) => PropertyValue,
): InstanceType<typeof structMessages.Struct> {
  return structMessages.Struct.fromJavaScript(mapProperties(struct?.toJavaScript() ?? {}, change));
}
