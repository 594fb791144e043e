/**
 * Answers of interpreters, kept from run to run: starting one costs more than reading a small
 * pipeline. An answer holds as long as all that it depends on is as it was. A file that is damaged
 * counts as none, and one that cannot be written is not missed.
 */
import { createHash } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import type { Stats } from "node:fs";
import path from "node:path";
import { isSettled, signatureOf } from "../../../common/cache/file-signature.ts";
import { readVerifiedFile, writeVerifiedFile } from "../../../common/cache/verified-file.ts";
import { ignoringFileSystemErrors, isMissing } from "../../../common/files/file-errors.ts";
import { isRecord } from "../../../common/values/is-record.ts";
import { parseAnswer } from "./answer.ts";
import type { PythonAnswer } from "./answer.ts";
import type { Surroundings } from "./interpreter.ts";

/** Variables that Python, its dynamic loader, pyenv, and the shell that runs pyenv look at. */
const VARIABLES = /^(?:_*PY|LC_|LD_|DYLD_|BASH_|(?:HOME|PATH|PWD|LANG)$)/;

/** The file for the answers that an interpreter gives in some surroundings. */
export function answerFile(
  cache: string,
  interpreter: string,
  { environment, workingDirectory, first }: Surroundings,
): string {
  const variables = Object.entries(environment).filter(([name]) => VARIABLES.test(name));
  const key = [
    // Another installation of this package may read answers otherwise.
    import.meta.url,
    interpreter,
    realpathSync(interpreter),
    workingDirectory,
    first,
    process.geteuid?.(),
    variables.toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ];
  // Only a hash is kept: variables hold secrets.
  const name = createHash("sha256").update(JSON.stringify(key)).digest("hex");
  return path.join(cache, "python-modules", name);
}

/** Reads the answer in a file, if there is one and it still holds. */
export function readCachedAnswer(file: string): PythonAnswer | undefined {
  const { answer: written, signatures } = readRecord(file);
  const answer = parseAnswer(written);
  const now = ignoringFileSystemErrors(() => answer?.dependsOn?.map(statsOf).map(signatureText));
  if (now === undefined || JSON.stringify(now) !== JSON.stringify(signatures)) {
    return undefined;
  }
  return answer;
}

/**
 * Writes an answer to a file, unless it cannot be told whether it still holds: as in git's index,
 * the signature of what has only just changed says nothing, as a further change may leave no trace.
 *
 * @param askedAtMs when the interpreter was started
 */
export function cacheAnswer(file: string, answer: PythonAnswer, askedAtMs: number): void {
  ignoringFileSystemErrors(() => {
    const stats = answer.dependsOn?.map(statsOf);
    if (stats?.every((one) => one === undefined || isSettled(signatureOf(one), askedAtMs))) {
      const written = { ...answer, modules: Object.fromEntries(answer.modules) };
      const signatures = stats.map(signatureText);
      writeVerifiedFile(file, Buffer.from(JSON.stringify({ answer: written, signatures })));
    }
  });
}

/** Reads what was written; what is damaged, or cannot be read, is as good as nothing. */
function readRecord(file: string): Readonly<Record<string, unknown>> {
  const kept = readVerifiedFile(file);
  const value: unknown = kept === undefined ? undefined : JSON.parse(kept.toString());
  return isRecord(value) ? value : {};
}

/** The stats of what a path leads to, or undefined for nothing. */
function statsOf(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}

function signatureText(stats: Stats | undefined): string {
  return stats === undefined ? "missing" : JSON.stringify([stats.dev, signatureOf(stats)]);
}
