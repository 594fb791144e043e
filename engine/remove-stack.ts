/** Removes a stack's files, all or none. */
import { UserError } from "../common/errors/user-error.ts";
import { findStack } from "./stack-context.ts";
import { lockStack } from "./state/lock.ts";

/** Which stack's files to remove. */
export interface RemoveStackOptions {
  /** The project's folder, or one below it. */
  readonly projectDirectory: string;
  /** Short or qualified. */
  readonly stack: string;
  /** Its settings file goes with them. @default false */
  readonly withSettings?: boolean;
  /** @default process.env */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Removes everything that a stack without resources has left: state, history, backups. Where the file system refuses
 * one of them, all of them stay.
 *
 * @throws {UserError} when the stack still has resources
 */
export async function removeStack(options: RemoveStackOptions): Promise<void> {
  const { projectDirectory, stack, environment = process.env, withSettings = false } = options;
  const { store, settings } = await findStack(projectDirectory, stack, environment);
  const lock = await lockStack(store);
  try {
    const checkpoint = await store.read();
    const resources = checkpoint?.deployment["resources"];
    if (Array.isArray(resources) && resources.length > 0) {
      throw new UserError(
        `Cannot remove stack "${stack}": it still has ${resources.length} resources, destroy it first`,
      );
    }
    await store.remove(withSettings ? [settings.path] : []);
  } finally {
    await lock.release();
  }
}
