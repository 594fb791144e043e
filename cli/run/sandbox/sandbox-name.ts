/** The names of sandboxes: folders under `.dev` that say what ran on what. */
import path from "node:path";

/** The folder of development runs, under the pipeline directory. */
export const RUNS_FOLDER = ".dev";

/** Two of them, with the text around them, are shorter than the 255 bytes of a file name. */
const MAX_BYTES = 100;

/** What goes in and what comes out, as the user named it. */
export interface SandboxNaming {
  readonly stage: string;
  readonly isVanilla: boolean;
  /** A path; undefined for standard input. */
  readonly input: string | undefined;
  /** A path, `-` for standard output; undefined when no file was named. */
  readonly output: string | undefined;
}

/**
 * The name of a run's sandbox: `sandbox_<input>-><output>`, and for a vanilla operation
 * `<stage>_sandbox`.
 *
 * `<input>` and `<output>` are base names without the last extension; standard input is `stdin`,
 * standard output `stdout`, and without a named output the stage stands for it, so that two
 * stages on one input do not share a sandbox.
 */
export function sandboxName({ stage, isVanilla, input, output }: SandboxNaming): string {
  if (isVanilla) {
    return `${stage}_sandbox`;
  }
  const from = input === undefined ? "stdin" : namePart(input);
  return `sandbox_${from}->${outputPart(output, stage)}`;
}

function outputPart(output: string | undefined, stage: string): string {
  if (output === undefined) {
    return stage;
  }
  return output === "-" ? "stdout" : namePart(output);
}

/** A path's base name without extension, with `_` for each character that a shell might interpret. */
function namePart(file: string): string {
  const base = path.basename(file, path.extname(file));
  const safe = base.replace(/[^\p{L}\p{M}\p{N}._-]/gu, "_");
  return shorten(safe === "" ? "_" : safe);
}

function shorten(text: string): string {
  let kept = "";
  for (const character of text) {
    if (Buffer.byteLength(kept + character) > MAX_BYTES) {
      break;
    }
    kept += character;
  }
  return kept;
}
