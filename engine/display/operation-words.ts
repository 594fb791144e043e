/** How the operations are called and marked in what is shown. */
import type { Operation } from "../deploy/step.ts";

/** The two characters in front of a resource that is operated on. */
export const SYMBOLS: Readonly<Record<Operation, string>> = {
  same: "  ",
  create: "+ ",
  update: "~ ",
  delete: "- ",
  replace: "+-",
  "create-replacement": "++",
  "delete-replaced": "--",
  read: "> ",
  discard: "< ",
  refresh: "~ ",
};

/** How an operation reads while it is only planned. */
export const PLANNED: Readonly<Record<Operation, string>> = {
  same: "",
  create: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  read: "read",
  discard: "discard",
  refresh: "refresh",
};

/** How it reads while it is under way. */
export const IN_PROGRESS: Readonly<Record<Operation, string>> = {
  same: "",
  create: "creating",
  update: "updating",
  delete: "deleting",
  replace: "replacing",
  "create-replacement": "creating replacement",
  "delete-replaced": "deleting original",
  read: "reading",
  discard: "discarding",
  refresh: "refreshing",
};

/** How it reads when it is done. */
export const DONE: Readonly<Record<Operation, string>> = {
  same: "",
  create: "created",
  update: "updated",
  delete: "deleted",
  replace: "replaced",
  "create-replacement": "created replacement",
  "delete-replaced": "deleted original",
  read: "read",
  discard: "discarded",
  refresh: "refresh",
};
