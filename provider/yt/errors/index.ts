/** The errors of the client: one class for each answer that somebody handles, all of them `UserError`s. */
export { AlreadyExistsError } from "./already-exists-error.ts";
export { AuthenticationError } from "./authentication-error.ts";
export { AuthorizationError } from "./authorization-error.ts";
export { CancelledError } from "./cancelled-error.ts";
export { CommitUnknownError } from "./commit-unknown-error.ts";
export { describeWinner, LockConflictError } from "./lock-conflict-error.ts";
export type { WinnerTransaction } from "./lock-conflict-error.ts";
export { NoSuchTransactionError } from "./no-such-transaction-error.ts";
export { ResolveError } from "./resolve-error.ts";
export { TransactionLostError } from "./transaction-lost-error.ts";
export { UnreachableError } from "./unreachable-error.ts";
export { YtError } from "./yt-error.ts";
export type { YtErrorNode } from "./yt-error.ts";
