/**
 * A preview as one JSON document, as `pulumi preview --json` prints it (facts from `PreviewDigest` in
 * pkg/display/json.go of pulumi/pulumi, and its maker in pkg/backend/display/json.go).
 */
import type { DeploymentEvent, Severity } from "../deploy/events.ts";
import type { Operation, Step } from "../deploy/step.ts";
import { writeResource } from "../state/resource-json.ts";
import type { ResourceState } from "../state/resource-state.ts";
import { isDefaultProvider, STACK_TYPE, typeOf } from "../state/urn.ts";
import { mapProperties } from "../values/property-value.ts";
import type { PropertyMap } from "../values/property-value.ts";
import type { DiagnosticPayload } from "./engine-event.ts";
import { diagnosticPayload } from "./engine-event.ts";
import { hideTexts, maskSecrets } from "./hidden-values.ts";
import type { JsonReport, JsonReportOptions, ReportEnd } from "./json-report.ts";
import { failureText, shownConfiguration } from "./json-report.ts";

/** One step that would be taken. */
interface DigestStep {
  readonly op: Operation;
  readonly urn: string;
  readonly provider?: string;
  readonly oldState?: Readonly<Record<string, unknown>>;
  readonly newState?: Readonly<Record<string, unknown>>;
  readonly replaceReasons?: readonly string[];
  readonly detailedDiff: null;
}

interface DigestDiagnostic {
  readonly urn?: string;
  readonly message: string;
  readonly severity: DiagnosticPayload["severity"];
}

/** Collects a preview, and writes it at the end. */
export class PreviewDigest implements JsonReport {
  readonly #options: JsonReportOptions;
  readonly #steps: DigestStep[] = [];
  readonly #diagnostics: DigestDiagnostic[] = [];
  #hasFailedStep = false;

  constructor(options: JsonReportOptions) {
    this.#options = options;
  }

  readonly listen = (event: DeploymentEvent): void => {
    switch (event.type) {
      case "step-started":
        this.#add(event.step);
        break;
      case "step-finished":
        this.#stepFinished(event.step);
        break;
      case "diagnostic":
        this.#report(event.severity, this.#options.mask.mask(event.message), event.urn);
        break;
      case "step-failed":
        this.#hasFailedStep = true;
        break;
      case "outputs-registered":
        break;
    }
  };

  userLine(line: string, isError: boolean): void {
    const severity = isError ? "info#err" : "info";
    this.#diagnostics.push({ message: `${this.#options.mask.mask(line)}\n\n`, severity });
  }

  finish({ counts, durationMs }: ReportEnd): void {
    if (this.#hasFailedStep) {
      this.#report("error", failureText(true), undefined);
    }
    const config = shownConfiguration(this.#options);
    const digest = {
      ...(Object.keys(config).length === 0 ? {} : { config }),
      ...(this.#steps.length === 0 ? {} : { steps: this.#steps }),
      ...(this.#diagnostics.length === 0 ? {} : { diagnostics: this.#diagnostics }),
      // In nanoseconds, as Go counts.
      duration: Math.round(durationMs * 1e6),
      ...(counts.size === 0 ? {} : { changeSummary: Object.fromEntries(counts) }),
    };
    this.#options.output.write(`${JSON.stringify(digest, undefined, 4)}\n`);
  }

  #stepFinished(step: Step): void {
    const { operation, urn } = step;
    if (operation === "replace") {
      this.#add(step);
      return;
    }
    if (this.#options.operation !== "preview-refresh") {
      return;
    }
    const index = this.#steps.findIndex((known) => known.urn === urn && known.op === "refresh");
    if (index < 0) {
      this.#add({ ...step, operation: "refresh" });
    } else if (operation === "delete") {
      this.#steps[index] = this.#digestStep(step);
    }
  }

  #add(step: Step): void {
    if (this.#isShown(step)) {
      this.#steps.push(this.#digestStep(step));
    }
  }

  #isShown({ operation, urn, before, after }: Step): boolean {
    const { showSames = false, showReplacementSteps = false } = this.#options;
    if (isDefaultProvider(urn)) {
      return false;
    }
    if (operation === "same") {
      return typeOf(urn) === STACK_TYPE || showSames || before?.protect !== after?.protect;
    }
    const isPart = operation === "create-replacement" || operation === "delete-replaced";
    return !isPart || showReplacementSteps;
  }

  #digestStep({ operation, urn, before, after, replaceKeys = [] }: Step): DigestStep {
    const provider = (after ?? before)?.provider;
    return {
      op: operation,
      urn,
      ...(provider === undefined ? {} : { provider }),
      ...(before === undefined ? {} : { oldState: this.#resource(before) }),
      ...(after === undefined ? {} : { newState: this.#resource(after) }),
      ...(replaceKeys.length === 0 ? {} : { replaceReasons: replaceKeys }),
      detailedDiff: null,
    };
  }

  #resource(state: ResourceState): Readonly<Record<string, unknown>> {
    const isHidden = this.#options.suppressOutputs === true && state.type === STACK_TYPE;
    const shown = (properties: PropertyMap): PropertyMap =>
      isHidden
        ? {}
        : mapProperties(properties, (value) => hideTexts(maskSecrets(value), this.#options.mask));
    const resource = { ...state, inputs: shown(state.inputs), outputs: shown(state.outputs) };
    return writeResource(resource, undefined);
  }

  #report(severity: Severity, text: string, urn: string | undefined): void {
    const { prefix = "", message } = diagnosticPayload(severity, text, urn);
    this.#diagnostics.push({
      ...(urn === undefined ? {} : { urn }),
      message: `${prefix}${message}`,
      severity,
    });
  }
}
