/** The calls of the fixture's provider, each as one line: `update a a-1 {"label":"1"} {"label":"2"}`. */
import { readFile, rm } from "node:fs/promises";
import { isMissing } from "../../../common/files/file-errors.ts";
import { isRecord } from "../../../common/values/is-record.ts";

/** Reads the calls since the last time. */
export async function takeCalls(path: string): Promise<readonly string[]> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (isMissing(error)) {
      return "";
    }
    throw error;
  });
  await rm(path, { force: true });
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map(callOf);
}

function callOf(line: string): string {
  const request: unknown = JSON.parse(line);
  const words = Array.isArray(request) ? request : [];
  return words.map((word) => (typeof word === "string" ? word : argumentText(word))).join(" ");
}

/** Properties, without what every resource of the fixture has. */
function argumentText(value: unknown): string {
  if (!isRecord(value)) {
    return JSON.stringify(value) ?? "undefined";
  }
  const entries = Object.entries(value).filter(([key]) => key !== "__provider" && key !== "name");
  return JSON.stringify(Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1))));
}
