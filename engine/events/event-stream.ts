/** Tells an operation as it goes, as the Pulumi CLI's `--json` does: one event a line. */
import type { DeploymentEvent } from "../deploy/events.ts";
import type { Operation, Step } from "../deploy/step.ts";
import { isDefaultProvider } from "../state/urn.ts";
import type { EngineEvent } from "./engine-event.ts";
import { diagnosticPayload, stepMetadata } from "./engine-event.ts";
import type { JsonReport, JsonReportOptions, ReportEnd } from "./json-report.ts";
import { failureText, shownConfiguration } from "./json-report.ts";

/** Writes each event when it happens. */
export class EventStream implements JsonReport {
  readonly #options: JsonReportOptions;
  /** What was begun with each resource last. */
  readonly #begun = new Map<string, Operation>();
  #sequence = 0;
  #maybeCorrupt = false;
  #steps = 0;
  #hasFailedStep = false;

  constructor(options: JsonReportOptions) {
    this.#options = options;
    this.#write({ preludeEvent: { config: shownConfiguration(options) } });
  }

  readonly listen = (event: DeploymentEvent): void => {
    switch (event.type) {
      case "step-started":
        this.#stepStarted(event.step);
        break;
      case "step-finished":
        this.#stepFinished(event.step);
        break;
      case "step-failed":
        this.#stepFailed(event.step);
        break;
      case "diagnostic":
        this.#write({
          diagnosticEvent: diagnosticPayload(
            event.severity,
            this.#options.mask.mask(event.message),
            event.urn,
          ),
        });
        break;
      case "outputs-registered": {
        const { before, after } = event;
        const operation = this.#begun.get(after.urn) ?? "same";
        this.#outputs({ operation, urn: after.urn, before, after });
        break;
      }
    }
  };

  userLine(line: string, isError: boolean): void {
    const message = `${this.#options.mask.mask(line)}\n\n`;
    const severity = isError ? "info#err" : "info";
    this.#write({ diagnosticEvent: { message, color: "never", severity } });
  }

  finish({ counts, durationMs, succeeded }: ReportEnd): void {
    const { preview } = this.#options;
    if (this.#hasFailedStep) {
      this.listen({
        type: "diagnostic",
        severity: "error",
        message: failureText(preview),
        urn: undefined,
      });
    }
    this.#write({
      summaryEvent: {
        maybeCorrupt: this.#maybeCorrupt,
        durationSeconds: Math.ceil(durationMs / 1000),
        resourceChanges: Object.fromEntries(counts),
        PolicyPacks: {},
        isPreview: preview,
        result: succeeded ? "succeeded" : "failed",
      },
    });
    this.#write({ cancelEvent: {} });
  }

  #stepStarted(step: Step): void {
    this.#begun.set(step.urn, step.operation);
    if (isDefaultProvider(step.urn)) {
      return;
    }
    const metadata = stepMetadata(step, this.#options.mask);
    this.#write({ resourcePreEvent: { metadata, ...this.#planning() } });
  }

  #stepFinished(step: Step): void {
    const { operation, urn, before, after } = step;
    if (this.#isRefresh && !this.#begun.has(urn)) {
      this.#stepStarted({ ...step, operation: "refresh" });
    }
    if (operation === "replace") {
      this.#stepStarted(step);
    }
    if (!isDefaultProvider(urn)) {
      this.#steps += 1;
    }
    // The outputs of components come later, when they are registered.
    const isTold =
      (after ?? before)?.custom === true ||
      this.#options.preview ||
      this.#isRefresh ||
      operation === "refresh" ||
      operation === "delete";
    if (isTold) {
      this.#outputs(step);
    }
  }

  #outputs(step: Step): void {
    if (isDefaultProvider(step.urn)) {
      return;
    }
    const metadata = stepMetadata(step, this.#options.mask, this.#begun.get(step.urn));
    this.#write({ resOutputsEvent: { metadata, ...this.#planning() } });
  }

  #stepFailed(step: Step): void {
    this.#hasFailedStep = true;
    const status = failureStatus(step);
    this.#maybeCorrupt ||= status === 2 && !this.#options.preview;
    if (isDefaultProvider(step.urn) || this.#options.preview) {
      return;
    }
    this.#write({
      resOpFailedEvent: {
        metadata: stepMetadata(step, this.#options.mask),
        status,
        steps: this.#steps,
      },
    });
  }

  get #isRefresh(): boolean {
    const { operation } = this.#options;
    return operation === "refresh" || operation === "preview-refresh";
  }

  #planning(): { readonly planning?: true } {
    return this.#options.preview ? { planning: true } : {};
  }

  #write(event: EngineEvent): void {
    const { output, now } = this.#options;
    const timestamp = Math.floor(now() / 1000);
    output.write(`${JSON.stringify({ sequence: this.#sequence, timestamp, ...event })}\n`);
    this.#sequence += 1;
  }
}

/** What is known of the resource of a step that failed, as the CLI judges. */
function failureStatus({ operation, after }: Step): 0 | 1 | 2 {
  if ((after?.initErrors.length ?? 0) > 0) {
    return 1;
  }
  return operation === "create" || operation === "create-replacement" ? 0 : 2;
}
