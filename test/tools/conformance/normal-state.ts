/**
 * A stack's state without what differs from run to run: times, versions, the ids of providers, ciphertexts. From what
 * is left a state file can be made again, so that one engine's state can be given to the other.
 */
import { createHash } from "node:crypto";
import { isRecord } from "../../../common/values/is-record.ts";
import { versionOf } from "../../../engine/state/checkpoint.ts";
import { openPassphraseKey } from "../../../engine/secrets/passphrase.ts";
import type { Crypter } from "../../../engine/secrets/passphrase.ts";
import { PASSPHRASE, SALT } from "./passphrase.ts";

/** A state as recordings have it. */
export interface NormalState {
  readonly salt?: string;
  readonly resources?: readonly unknown[];
  readonly pending_operations?: readonly unknown[];
  /** The file's beginning, where it is no JSON. */
  readonly broken?: string;
}

/** Where secrets and unlike values are marked in Pulumi's JSON. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** What says when and from where: it differs between two runs of one engine, too. */
const NOT_COMPARED = new Set(["created", "modified", "sourcePosition", "stackTrace"]);

/** Lists that mean sets. */
const SETS = new Set(["dependencies", "propertyDependencies"]);

const HANDLER = "exports.handler = () =>";
const HANDLER_LINE =
  'exports.handler = () => require("node:module").createRequire(process.cwd() + "/")("./handler.cjs")';
/** Stands for the source of the provider. */
export const HANDLER_MARK = "<handler>";

let key: Promise<Crypter> | undefined;

/** The key of all scenarios, derived once. */
async function openKey(): Promise<Crypter> {
  key ??= openPassphraseKey(PASSPHRASE, SALT).then((opened) => {
    if (opened === undefined) {
      throw new Error("The salt of the scenarios does not fit their passphrase");
    }
    return opened.crypter;
  });
  return key;
}

/**
 * Reads a checkpoint.
 *
 * @param clean takes what belongs to this machine out of a text
 */
export async function normalState(
  checkpoint: string,
  clean: (text: string) => string,
): Promise<NormalState> {
  let file: unknown;
  try {
    file = JSON.parse(checkpoint);
  } catch {
    return { broken: clean(checkpoint.slice(0, 80)) };
  }
  const deployment = latestOf(file) ?? {};
  const { resources, pending_operations: operations, secrets_providers: secrets } = deployment;
  const crypter = JSON.stringify([resources, operations]).includes("ciphertext")
    ? await openKey()
    : undefined;
  const ids = new Map<string, string>();
  const walk = (value: unknown, isSet = false): unknown => {
    if (typeof value === "string") {
      return value.startsWith(HANDLER) ? HANDLER_MARK : clean(withoutIds(value, ids));
    }
    if (Array.isArray(value)) {
      const items = value.map((item) => walk(item));
      return isSet ? items.toSorted(compareStrings) : items;
    }
    if (!isRecord(value)) {
      return value;
    }
    if (value[SIGNATURE] === SECRET) {
      return { secret: secretText(value, crypter) };
    }
    const entries = Object.entries(value)
      .filter(([name]) => !NOT_COMPARED.has(name))
      .map(([name, item]) => [name, withoutEmptyNeeds(name, walk(item, isSet || SETS.has(name)))])
      .filter(([, item]) => item !== undefined);
    return Object.fromEntries(entries);
  };
  const state = isRecord(secrets) && isRecord(secrets["state"]) ? secrets["state"] : {};
  const lists = {
    ...listOf("resources", resources, walk),
    ...listOf("pending_operations", operations, walk),
  };
  // An empty state is as good as none.
  return typeof state["salt"] === "string" && Object.keys(lists).length > 0
    ? { salt: saltMark(state["salt"]), ...lists }
    : lists;
}

/**
 * Leaves out properties that need no resource, and the whole when none does: it is the same whether they are named, and
 * the CLI leaves them out from the first refresh on.
 *
 * @returns other fields as they are; `undefined` when nothing is left
 */
export function withoutEmptyNeeds(field: string, value: unknown): unknown {
  if (field !== "propertyDependencies" || !isRecord(value)) {
    return value;
  }
  const needs = Object.entries(value).filter(([, urns]) => !Array.isArray(urns) || urns.length > 0);
  return needs.length === 0 ? undefined : Object.fromEntries(needs);
}

function compareStrings(a: unknown, b: unknown): number {
  return String(a) < String(b) ? -1 : 1;
}

function listOf(name: string, value: unknown, walk: (value: unknown) => unknown): object {
  return Array.isArray(value) && value.length > 0
    ? { [name]: value.map((item) => walk(item)) }
    : {};
}

/** A salt that an engine made is another each time. */
function saltMark(salt: string): string {
  return salt === SALT ? "<salt>" : "<new salt>";
}

function secretText(value: Record<string, unknown>, crypter: Crypter | undefined): unknown {
  const { ciphertext } = value;
  if (typeof ciphertext !== "string" || crypter === undefined) {
    return value;
  }
  try {
    return JSON.parse(crypter.decrypt(ciphertext));
  } catch {
    return "<under another key>";
  }
}

/** Providers are named by random ids. They are numbered in the order in which they come up. */
function withoutIds(text: string, ids: Map<string, string>): string {
  return text.replaceAll(/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/g, (id) => {
    // The marker of values that are not known is the same for all.
    if (id === "04da6b54-80e4-46f7-96ec-b56ff0331ba9") {
      return id;
    }
    const known =
      ids.get(id) ?? `00000000-0000-4000-8000-${String(ids.size + 1).padStart(12, "0")}`;
    ids.set(id, known);
    return known;
  });
}

/** Makes a state file of a normalised state, as the CLI of a version would have written it. */
export async function checkpointOf(state: NormalState, version: string): Promise<string> {
  const crypter = await openKey();
  const walk = (value: unknown): unknown => {
    if (value === HANDLER_MARK) {
      return HANDLER_LINE;
    }
    if (Array.isArray(value)) {
      return value.map(walk);
    }
    if (!isRecord(value)) {
      return value;
    }
    if (Object.keys(value).length === 1 && "secret" in value) {
      const text = JSON.stringify(value["secret"]);
      return { [SIGNATURE]: SECRET, ciphertext: crypter.encrypt(text) };
    }
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item)]));
  };
  const { resources, pending_operations: operations } = state;
  const latest = {
    manifest: {
      time: "2026-01-02T03:04:05Z",
      magic: createHash("sha256").update(version).digest("hex"),
      version,
    },
    secrets_providers: { type: "passphrase", state: { salt: SALT } },
    ...(resources === undefined ? {} : { resources: walk(resources) }),
    ...(operations === undefined ? {} : { pending_operations: walk(operations) }),
    metadata: {},
  };
  return JSON.stringify({
    ...versionOf(latest),
    checkpoint: { stack: "organization/fixture/dev", latest },
  });
}

function latestOf(file: unknown): Record<string, unknown> | undefined {
  const checkpoint = isRecord(file) ? file["checkpoint"] : undefined;
  const latest = isRecord(checkpoint) ? checkpoint["latest"] : undefined;
  return isRecord(latest) ? latest : undefined;
}
