/**
 * Resources as a version 3 checkpoint writes them (facts from `ResourceV3` in
 * sdk/go/common/apitype/core.go of pulumi/pulumi). Fields this engine has no use for travel in `rest`.
 */
import { isRecord } from "../../common/values/is-record.ts";
import type { Crypter } from "../secrets/passphrase.ts";
import { equalValues } from "../values/equality.ts";
import { isPropertyMap, mapProperties } from "../values/property-value.ts";
import { readProperties, writeProperties } from "./property-json.ts";
import type { ResourceState } from "./resource-state.ts";
import { newResourceState } from "./resource-state.ts";

/** Reads a resource. */
export function readResource(
  json: Record<string, unknown>,
  crypter: Crypter | undefined,
): ResourceState {
  const {
    urn,
    custom,
    delete: toDelete,
    id,
    type,
    inputs,
    outputs,
    parent,
    protect,
    external,
    dependencies,
    initErrors,
    provider,
    propertyDependencies,
    pendingReplacement,
    additionalSecretOutputs,
    aliases,
    retainOnDelete,
    deletedWith,
    replaceWith,
    replacementTrigger,
    resourceHooks,
    created,
    modified,
    sourcePosition,
    stackTrace,
    ignoreChanges,
    replaceOnChanges,
    ...rest
  } = json;
  return newResourceState({
    urn: String(urn),
    type: String(type),
    custom: custom === true,
    delete: toDelete === true,
    id: optionalText(id) ?? "",
    ...readInputsAndOutputs(inputs, outputs, crypter),
    parent: optionalText(parent),
    protect: protect === true,
    external: external === true,
    dependencies: texts(dependencies),
    initErrors: texts(initErrors),
    provider: optionalText(provider),
    propertyDependencies: textsByKey(propertyDependencies),
    pendingReplacement: pendingReplacement === true,
    additionalSecretOutputs: texts(additionalSecretOutputs),
    aliases: texts(aliases),
    retainOnDelete: retainOnDelete === true,
    deletedWith: optionalText(deletedWith),
    replaceWith: texts(replaceWith),
    replacementTrigger:
      readProperties({ replacementTrigger }, crypter)["replacementTrigger"] ?? null,
    hooks: textsByKey(resourceHooks),
    created: optionalText(created),
    modified: optionalText(modified),
    sourcePosition: optionalText(sourcePosition),
    stackTrace: Array.isArray(stackTrace) ? stackTrace : [],
    ignoreChanges: texts(ignoreChanges),
    replaceOnChanges: texts(replaceOnChanges),
    rest,
  });
}

/** What is the same object in both is one: what was found out of it in the one is known of the other. */
function readInputsAndOutputs(
  inputsJson: unknown,
  outputsJson: unknown,
  crypter: Crypter | undefined,
): Pick<ResourceState, "inputs" | "outputs"> {
  const inputs = readProperties(inputsJson, crypter);
  const outputs = mapProperties(readProperties(outputsJson, crypter), (output, key) => {
    const input = Object.hasOwn(inputs, key) ? inputs[key] : undefined;
    return isPropertyMap(input) && equalValues(input, output) ? input : output;
  });
  return { inputs, outputs };
}

/** Writes a resource. Empty fields are left out, as Pulumi leaves them out. */
export function writeResource(
  resource: ResourceState,
  crypter: Crypter | undefined,
): Record<string, unknown> {
  const fields: Record<string, unknown> = {
    urn: resource.urn,
    custom: resource.custom,
    delete: resource.delete,
    id: resource.id,
    type: resource.type,
    inputs: writeProperties(resource.inputs, crypter),
    outputs: writeProperties(resource.outputs, crypter),
    parent: resource.parent,
    protect: resource.protect,
    external: resource.external,
    dependencies: resource.dependencies,
    initErrors: resource.initErrors,
    provider: resource.provider,
    propertyDependencies: resource.propertyDependencies,
    pendingReplacement: resource.pendingReplacement,
    additionalSecretOutputs: resource.additionalSecretOutputs,
    retainOnDelete: resource.retainOnDelete,
    deletedWith: resource.deletedWith,
    replaceWith: resource.replaceWith,
    ...writeProperties({ replacementTrigger: resource.replacementTrigger }, crypter),
    resourceHooks: resource.hooks,
    created: resource.created,
    modified: resource.modified,
    sourcePosition: resource.sourcePosition,
    stackTrace: resource.stackTrace,
    ignoreChanges: resource.ignoreChanges,
    replaceOnChanges: resource.replaceOnChanges,
    ...resource.rest,
  };
  return Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => key === "custom" || !isEmpty(value)),
  );
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === "") {
    return true;
  }
  if (Array.isArray(value)) {
    return value.length === 0;
  }
  return isRecord(value) && Object.keys(value).length === 0;
}

function optionalText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function textsByKey(value: unknown): Readonly<Record<string, readonly string[]>> {
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([key, list]) => [key, texts(list)]))
    : {};
}
