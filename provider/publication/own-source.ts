/** Promotion of a build folder onto itself, which is refused: nothing would be promoted. */
import { UserError } from "../../common/errors/user-error.ts";

/** What is said of it. */
export function promotionToItself(buildFolder: string): UserError {
  return new UserError(
    `Cannot promote "${buildFolder}" to itself: set "buildFolder" to another one, or promote from another archive`,
    { argument: "buildFolder" },
  );
}
