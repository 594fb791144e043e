/** What a stack does not take from local sources: anything at all, or what is not committed. */
import { messageOf } from "../../common/errors/message-of.ts";
import { assertNoMistakes, UserError } from "../../common/errors/user-error.ts";
import { listSome } from "../../common/text/list.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Arguments } from "./arguments.ts";
import type { ProviderSettings, SourceRule } from "./settings.ts";

/** How many changed files a message names. */
const SHOWN_CHANGES = 5;

/** The mistake of a pipeline that is packed in a stack that only promotes, by its setting `requirePromotion`. */
export function localSourceMistakes(
  { pipeline, declarer }: Arguments,
  settings: ProviderSettings,
): readonly UserError[] {
  if (pipeline === undefined) {
    return [];
  }
  const mistakes: UserError[] = [];
  const isRequired = flag("requirePromotion", declarer.project, settings, mistakes) === true;
  return isRequired
    ? [
        new UserError(
          `Cannot pack "${pipeline}" as this stack takes only what another stack has published ` +
            '(its setting "requirePromotion"): declare the archive with "promoteFrom"',
          { argument: "pipeline" },
        ),
      ]
    : mistakes;
}

/**
 * Refuses a git checkout with changes in what is packed, where the stack's setting `allowDirty` is false. Git is asked
 * only then; what is in no checkout has no changes.
 *
 * @throws {UserError} that names the files
 */
export async function assertCleanCheckout(
  manifest: Manifest,
  { pipeline = "", declarer }: Arguments,
  settings: ProviderSettings,
): Promise<void> {
  const mistakes: UserError[] = [];
  const isAllowed = flag("allowDirty", declarer.project, settings, mistakes) !== false;
  assertNoMistakes(mistakes);
  if (isAllowed) {
    return;
  }
  const { readCheckout } = await import("./checkout.ts");
  const checkout = await readCheckout(manifest).catch((error: unknown) => {
    throw new UserError(
      `Cannot tell whether "${pipeline}" has changes that are not committed, which "allowDirty: false" ` +
        `does not allow, as git cannot be asked: ${firstLine(messageOf(error))}`,
      { argument: "pipeline" },
    );
  });
  const changes = checkout?.changes ?? [];
  if (changes.length > 0) {
    throw new UserError(
      `Cannot pack "${pipeline}" as it has changes that are not committed, which "allowDirty: false" ` +
        `does not allow: commit ${listSome(changes, SHOWN_CHANGES)}`,
      { argument: "pipeline" },
    );
  }
}

function firstLine(text: string): string {
  return text.replace(/^Command failed:.*\n/, "").split("\n", 1)[0] ?? text;
}

function flag(
  name: SourceRule,
  project: string,
  { findSourceRule }: ProviderSettings,
  mistakes: UserError[],
): boolean | undefined {
  const value = findSourceRule?.(name, project);
  if (value === undefined || value === "true" || value === "false") {
    return value === undefined ? undefined : value === "true";
  }
  mistakes.push(
    new UserError(
      `Cannot use the stack's setting "${name}" as it must be true or false: it is "${value}"`,
      {
        argument: "pipeline",
      },
    ),
  );
  return undefined;
}
