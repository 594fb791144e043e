/** Pulumi's URNs, and the types that the engine knows by name. */

/** The type of the resource at the root of every stack. */
export const STACK_TYPE = "pulumi:pulumi:Stack";
/** The type of the resource by which a program reads another stack's outputs. */
export const STACK_REFERENCE_TYPE = "pulumi:pulumi:StackReference";
/** The type of the provider of dynamic resources. */
export const DYNAMIC_PROVIDER_TYPE = "pulumi:providers:pulumi-nodejs";
/** The package that all dynamic resources' types belong to. */
export const DYNAMIC_PACKAGE = "pulumi-nodejs";

/** Where a URN belongs: the stack and its project. */
export interface StackIdentity {
  readonly stack: string;
  readonly project: string;
}

/** Makes a URN. A parent's types precede the resource's own, except the stack's. */
export function makeUrn(
  identity: StackIdentity,
  parent: string | undefined,
  type: string,
  name: string,
): string {
  const parentType = parent === undefined ? undefined : qualifiedType(parent);
  const types =
    parentType === undefined || parentType === "" || parentType === STACK_TYPE
      ? type
      : `${parentType}$${type}`;
  return `urn:pulumi:${identity.stack}::${identity.project}::${types}::${name}`;
}

/** Whether a text is a URN: `urn:pulumi:<stack>::<project>::<types>::<name>`. */
export function isUrn(text: string): boolean {
  const [stack, project, types, name] = text.split("::");
  return (
    name !== undefined &&
    stack?.startsWith("urn:pulumi:") === true &&
    project !== "" &&
    types !== ""
  );
}

/** The types of a URN, parents' included. */
export function qualifiedType(urn: string): string {
  return urn.split("::")[2] ?? "";
}

/** The resource's own type in a URN. */
export function typeOf(urn: string): string {
  return qualifiedType(urn).split("$").at(-1) ?? "";
}

/** The resource's name in a URN (a name may itself hold `::`). */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Whether a type is that of a provider. */
export function isProviderType(type: string): boolean {
  return type.startsWith("pulumi:providers:");
}

/** Whether a URN is that of a default provider, which the engine registers itself. */
export function isDefaultProvider(urn: string): boolean {
  return isProviderType(typeOf(urn)) && nameOf(urn).startsWith("default");
}
