/**
 * The events of an operation in the words of the Pulumi CLI's `--json` (facts from `EngineEvent` in
 * sdk/go/common/apitype/events.go of pulumi/pulumi). Fields that are empty there are left out here.
 */
import type { Operation, Step } from "../deploy/step.ts";
import type { Severity } from "../deploy/events.ts";
import { writeProperties } from "../state/property-json.ts";
import type { ResourceState } from "../state/resource-state.ts";
import { typeOf } from "../state/urn.ts";
import { mapProperties } from "../values/property-value.ts";
import type { PropertyMap } from "../values/property-value.ts";
import { hideTexts } from "./hidden-values.ts";
import { MASK } from "../display/secret-mask.ts";
import type { SecretMask } from "../display/secret-mask.ts";

/** What is told of one step. */
export interface StepMetadata {
  readonly op: Operation;
  readonly urn: string;
  readonly type: string;
  readonly old: StepState | null;
  readonly new: StepState | null;
  /** The properties that force a replacement. */
  readonly keys?: readonly string[];
  /** Always null: dynamic providers do not tell. */
  readonly detailedDiff: null;
  /** Not a part of another step. */
  readonly logical?: true;
  readonly provider: string;
}

/** A resource before or after a step. Secrets stand as `{…, "ciphertext": "[secret]"}`. */
export interface StepState {
  readonly type: string;
  readonly urn: string;
  readonly custom?: true;
  readonly delete?: true;
  readonly id: string;
  readonly parent: string;
  readonly protect?: true;
  readonly external?: true;
  readonly retainOnDelete?: true;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
  readonly provider: string;
  readonly initErrors?: readonly string[];
}

/** A message. */
export interface DiagnosticPayload {
  readonly urn?: string;
  readonly prefix?: string;
  readonly message: string;
  readonly color: "never";
  readonly severity: Severity | "info#err";
}

/** How an operation ended. */
export interface SummaryPayload {
  /** A step ended without telling what it has done. */
  readonly maybeCorrupt: boolean;
  readonly durationSeconds: number;
  readonly resourceChanges: Readonly<Record<string, number>>;
  readonly PolicyPacks: Readonly<Record<string, never>>;
  readonly isPreview: boolean;
  readonly result: "succeeded" | "failed";
}

/** One event; `sequence` and `timestamp` (seconds since 1970) are added when it is written. */
export type EngineEvent =
  | { readonly preludeEvent: { readonly config: Readonly<Record<string, string>> } }
  | { readonly diagnosticEvent: DiagnosticPayload }
  | { readonly resourcePreEvent: { readonly metadata: StepMetadata; readonly planning?: true } }
  | { readonly resOutputsEvent: { readonly metadata: StepMetadata; readonly planning?: true } }
  | {
      readonly resOpFailedEvent: {
        readonly metadata: StepMetadata;
        /** 0: nothing was done, 1: it exists and is not usable, 2: it is not known what was done. */
        readonly status: 0 | 1 | 2;
        /** How many steps had been taken. */
        readonly steps: number;
      };
    }
  | { readonly summaryEvent: SummaryPayload }
  | { readonly cancelEvent: Readonly<Record<string, never>> };

/** The steps that are told on their own, and are not parts of a replacement. */
const PARTS: ReadonlySet<Operation> = new Set<Operation>([
  "create-replacement",
  "delete-replaced",
  "refresh",
]);

/**
 * What is told of a step.
 *
 * @param asked the operation that was begun, where it ended as another one (a refresh as an update)
 */
export function stepMetadata(step: Step, mask: SecretMask, asked = step.operation): StepMetadata {
  const { operation, urn, before, after, replaceKeys = [] } = step;
  return {
    op: operation,
    urn,
    type: typeOf(urn),
    old: stepState(before, mask),
    new: stepState(after, mask),
    ...(replaceKeys.length === 0 ? {} : { keys: replaceKeys }),
    detailedDiff: null,
    ...(PARTS.has(asked) ? {} : { logical: true }),
    provider: (after ?? before)?.provider ?? "",
  };
}

function stepState(state: ResourceState | undefined, mask: SecretMask): StepState | null {
  if (state === undefined) {
    return null;
  }
  return {
    type: state.type,
    urn: state.urn,
    ...(state.custom ? { custom: true } : {}),
    ...(state.delete ? { delete: true } : {}),
    id: state.id,
    parent: state.parent ?? "",
    ...(state.protect ? { protect: true } : {}),
    ...(state.external ? { external: true } : {}),
    ...(state.retainOnDelete ? { retainOnDelete: true } : {}),
    inputs: blind(state.inputs, mask),
    outputs: blind(state.outputs, mask),
    provider: state.provider ?? "",
    ...(state.initErrors.length === 0
      ? {}
      : { initErrors: state.initErrors.map((text) => mask.mask(text)) }),
  };
}

/** Writes properties as the state has them, with a mask in the place of ciphertexts. */
function blind(properties: PropertyMap, mask: SecretMask): PropertyMap {
  const shown = mapProperties(properties, (value) => hideTexts(value, mask));
  return writeProperties(shown, { encrypt: () => MASK, decrypt: () => MASK });
}

/** Writes a message as the CLI does: with its severity in front, and a line's end. */
export function diagnosticPayload(
  severity: Severity,
  text: string,
  urn: string | undefined,
): DiagnosticPayload {
  return {
    ...(urn === undefined ? {} : { urn }),
    ...(severity === "info" ? {} : { prefix: `${severity}: ` }),
    message: `${text}\n`,
    color: "never",
    severity,
  };
}
