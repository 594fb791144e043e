/** Operation wrappers: the scripts that jobs run on the cluster. */
import { quotedWord } from "../../../common/text/shell-word.ts";
import { shownName } from "../../../common/text/shown-name.ts";
import { WRAPPER_PREFIX } from "../configuration/targets.ts";
import { ENTRY_POINTS, MAP_REDUCE_LEGS, OPERATIONS } from "./operations.ts";
import type { NamedScripts, Operation, RunnableOperation, StageOperation } from "./operations.ts";
import { stageRoot } from "./stage-root.ts";
import { WRAPPER_FUNCTIONS } from "./wrapper-functions.ts";

/** The file name of a wrapper, in the archive's root and in the build folder. */
export function wrapperName(stage: string, operation: Operation): string {
  return `${WRAPPER_PREFIX}${stage}_${operation}.sh`;
}

/**
 * The operations that a stage's files make possible, in the order of {@link OPERATIONS}. A map-reduce
 * takes both its legs.
 *
 * @param named the entry points that the stage's configuration names
 * @param hasFile whether the stage has a file; gets its path in the stage's directory, with `/`
 */
export function stageOperations(
  stage: string,
  named: NamedScripts,
  hasFile: (file: string) => boolean,
): readonly RunnableOperation[] {
  const operations = OPERATIONS.flatMap((operation): readonly RunnableOperation[] => {
    const script = findScript(operation, named, hasFile);
    return script === undefined
      ? []
      : [{ stage, operation, wrapper: wrapperName(stage, operation), script }];
  });
  const legs = operations.filter((one) => isLeg(one));
  return legs.length === 1 ? operations.filter((one) => !isLeg(one)) : operations;
}

/** The entry point of an operation, relative to `src/`; undefined when none is there. */
export function findScript(
  operation: Operation,
  named: NamedScripts,
  hasFile: (file: string) => boolean,
): string | undefined {
  const script = named[operation];
  const candidates = script === undefined ? ENTRY_POINTS[operation] : [script];
  return candidates.find((name) => isInSource(name) && hasFile(`src/${name}`));
}

/** Whether a script's path stays in `src/`. */
export function isInSource(script: string): boolean {
  return !script.startsWith("/") && script !== ".." && !script.startsWith("../");
}

function isLeg({ operation }: StageOperation): boolean {
  return MAP_REDUCE_LEGS.some((leg) => leg === operation);
}

/** The stage and operation of a wrapper, from its file name; undefined when it is no wrapper's. */
export function parseWrapperName(wrapper: string): StageOperation | undefined {
  for (const operation of OPERATIONS) {
    const end = `_${operation}.sh`;
    if (!wrapper.startsWith(WRAPPER_PREFIX) || !wrapper.endsWith(end)) {
      continue;
    }
    return { stage: wrapper.slice(WRAPPER_PREFIX.length, -end.length), operation, wrapper };
  }
  return undefined;
}

/**
 * The text of a wrapper.
 *
 * It runs in the job's sandbox, beside `source.tar.gz` or where that was extracted already. All
 * of it stands in functions, so that bash has read it whole before tar replaces the file it
 * is read from.
 *
 * @param operation.stage a stage's name; `[A-Za-z0-9_][A-Za-z0-9_.-]*`, so it needs no further quoting
 * @param operation.script its entry point, relative to `src/`
 */
export function wrapperScript({
  stage,
  script,
}: Pick<RunnableOperation, "stage" | "script">): string {
  const directory = stageRoot(stage);
  const entryPoint = `${directory}/src/${script}`;
  return `#!/usr/bin/env bash
# Runs ${shownName(script)} of stage ${stage}. Standard output belongs to the job.
set -euo pipefail

${WRAPPER_FUNCTIONS}

main() {
  local entry_point=${quotedWord(entryPoint)}
  local requirements='${directory}/requirements.txt'
  local packages=''

  # The job's modules are beside it; its rows are no commands; a home of another Python is none.
  unset PYTHONSAFEPATH PYTHONINSPECT
  if [[ -n "\${PYTHONHOME-}" ]] && ! command python3 -c '' </dev/null &>/dev/null; then
    unset PYTHONHOME
  fi

  if [[ ! -f "$entry_point" ]]; then
    if [[ ! -f source.tar.gz ]]; then
      echo "Cannot run $entry_point: neither it nor source.tar.gz is in $PWD" >&2
      exit 1
    fi
    extract
  elif [[ "$entry_point" -ot source.tar.gz ]]; then
    renew_times
  fi

  # Before PYTHONPATH is set: pip must not import what the archive brings under a name it uses.
  if [[ -f "$requirements" ]]; then
    install_requirements "$requirements"
  fi

  export PYTHONPATH="$PWD\${packages:+:$packages}\${PYTHONPATH:+:$PYTHONPATH}"
  export JOB_CONFIG_PATH="$PWD/${directory}/config.yaml"

  exec python3 "$entry_point" "$@"
}

main "$@"
`;
}
