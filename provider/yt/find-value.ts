/** Reads a value that may be missing. */
import type { LightCommands } from "./client-types.ts";
import { ResolveError } from "./errors/index.ts";

/**
 * The value at a path, mostly an attribute's; `undefined` when there is no such node or attribute.
 * Any other failure is thrown: that something could not be read does not mean that it is missing.
 */
export async function findValue(client: LightCommands, path: string): Promise<unknown> {
  try {
    return await client.get(path);
  } catch (error) {
    if (error instanceof ResolveError) {
      return undefined;
    }
    throw error;
  }
}
