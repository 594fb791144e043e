/** An archive before or after a change, as state and inputs have it: its parts, by their keys. */
import { isPartKey } from "../../manifest/part-key.ts";
import { isProperties } from "../arguments.ts";
import type { Properties } from "../arguments.ts";
import { KNOWN_KEY } from "../inputs.ts";
import type { PartVersion } from "./part-contents.ts";

/** The parts that inputs, or outputs in state, name, in their order. */
export function partsOf(properties: Properties): ReadonlyMap<string, PartVersion> {
  const known = properties[KNOWN_KEY];
  const parts = isProperties(known) ? known["parts"] : undefined;
  const digests = isProperties(parts) ? parts : {};
  const keys = Object.keys(properties).filter(isPartKey);
  return new Map(
    keys.map((key) => {
      const digest = digests[key];
      const input = properties[key];
      return [key, { key, digest: typeof digest === "string" ? digest : undefined, input }];
    }),
  );
}

/** The archive's digest, in hex; undefined when there is none, or it is not known. */
export function digestOf(properties: Properties): string | undefined {
  const known = properties[KNOWN_KEY];
  const digest = isProperties(known) ? known["digest"] : undefined;
  return typeof digest === "string" && /^[0-9a-f]{64}$/.test(digest) ? digest : undefined;
}
