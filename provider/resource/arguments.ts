/**
 * The arguments of the resource as they reach `check`: plain values, any of which may be missing,
 * of the wrong type, or not known yet.
 */
import { isRecord } from "../../common/values/is-record.ts";
import type { Mode } from "../pipeline/configuration/configuration.ts";
import { UserError } from "../../common/errors/user-error.ts";

/** What stands for a value that is not known yet, at any depth (a constant of Pulumi's protocol). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Where an archive is promoted from: the outputs of another resource, or the part of them that counts. */
export interface PromotionSource {
  readonly proxy: string;
  readonly buildFolder: string;
  readonly digest: string;
}

/** The source is a pipeline without code: there is nothing to promote. */
export const NO_CODE = "no code";

/** Who declares the resource; recorded on the cluster. */
export interface Declarer {
  readonly resource: string;
  readonly project: string;
  readonly stack: string;
}

/** The arguments, checked one by one. An argument that is not known yet is {@link UNKNOWN}. */
export interface Arguments {
  readonly pipeline: string | undefined;
  readonly config: string | undefined;
  readonly python: string | undefined;
  readonly mode: Mode | typeof UNKNOWN | undefined;
  readonly proxy: string | undefined;
  readonly buildFolder: string | undefined;
  readonly promoteFrom: PromotionSource | typeof NO_CODE | typeof UNKNOWN | undefined;
  readonly sha256: string | undefined;
  readonly keepVersions: number | undefined;
  readonly adopt: boolean;
  readonly declarer: Declarer;
}

/** The input that carries the {@link Declarer}; its name keeps it out of what Pulumi shows. */
export const DECLARER_KEY = "__declarer";

/** Untyped properties, as they come over Pulumi's protocol. */
export type Properties = Readonly<Record<string, unknown>>;

/**
 * Parses the arguments.
 *
 * @param mistakes takes a {@link UserError} for every argument of the wrong form
 */
export function parseArguments(news: Properties, mistakes: UserError[]): Arguments {
  const reader = new ArgumentReader(news, mistakes);
  const pipeline = reader.text("pipeline");
  const promoteFrom = reader.promotionSource();
  // A wrong value counts as given: it is reported as a mistake of its own.
  const isGiven = (name: string): boolean => (news[name] ?? undefined) !== undefined;
  const hasPipeline = isGiven("pipeline");
  if (hasPipeline === isGiven("promoteFrom")) {
    mistakes.push(
      new UserError(
        'Cannot declare an archive without exactly one of "pipeline" and "promoteFrom": ' +
          (hasPipeline ? "both are given" : "neither is given"),
        { argument: hasPipeline ? "promoteFrom" : "pipeline" },
      ),
    );
  }
  const sha256 = reader.text("sha256");
  if (sha256 !== undefined && sha256 !== UNKNOWN && !/^[0-9a-f]{64}$/.test(sha256)) {
    reader.wrong("sha256", "64 hexadecimal digits (ytcode history FOLDER --json prints them)");
  }
  if (isGiven("sha256") && !isGiven("promoteFrom")) {
    mistakes.push(
      new UserError('Cannot pin "sha256" without "promoteFrom": a pin holds a promoted version', {
        argument: "sha256",
      }),
    );
  }
  return {
    pipeline,
    promoteFrom,
    sha256,
    config: reader.text("config"),
    python: reader.text("python"),
    mode: reader.mode(),
    proxy: reader.text("proxy"),
    buildFolder: reader.text("buildFolder"),
    keepVersions: reader.positiveInteger("keepVersions"),
    adopt: reader.boolean("adopt"),
    declarer: reader.declarer(),
  };
}

class ArgumentReader {
  readonly #news: Properties;
  readonly #mistakes: UserError[];

  constructor(news: Properties, mistakes: UserError[]) {
    this.#news = news;
    this.#mistakes = mistakes;
  }

  text(name: string): string | undefined {
    const value = this.#news[name] ?? undefined;
    if (value === undefined || (typeof value === "string" && value !== "")) {
      return value;
    }
    return this.wrong(name, "a non-empty string");
  }

  mode(): Arguments["mode"] {
    const value = this.#news["mode"] ?? undefined;
    if (value === undefined || value === "dev" || value === "prod" || value === UNKNOWN) {
      return value;
    }
    return this.wrong("mode", '"dev" or "prod"');
  }

  boolean(name: string): boolean {
    const value = this.#news[name] ?? false;
    // Not known yet: what the flag allows is not allowed yet.
    if (value === UNKNOWN) {
      return false;
    }
    if (typeof value === "boolean") {
      return value;
    }
    this.wrong(name, "true or false");
    return false;
  }

  positiveInteger(name: string): number | undefined {
    const value = this.#news[name] ?? undefined;
    if (value === undefined || value === UNKNOWN) {
      return undefined;
    }
    if (typeof value === "number" && Number.isInteger(value) && value > 0) {
      return value;
    }
    return this.wrong(name, "a whole number above 0");
  }

  promotionSource(): Arguments["promoteFrom"] {
    const value = this.#news["promoteFrom"] ?? undefined;
    if (value === undefined || value === UNKNOWN) {
      return value;
    }
    if (!isProperties(value)) {
      return this.wrong("promoteFrom", "the outputs of a YtCodeArchive");
    }
    const { proxy, buildFolder, digest } = value;
    if (value["mode"] === "dev") {
      this.#mistakes.push(
        new UserError(
          "Cannot promote from an archive in dev mode as nothing of it is on a cluster: " +
            'bring its stack up with mode "prod" first',
          { argument: "promoteFrom" },
        ),
      );
      return UNKNOWN;
    }
    if ([proxy, buildFolder, digest, value["mode"]].includes(UNKNOWN)) {
      return UNKNOWN;
    }
    if ((digest ?? undefined) === undefined && value["mode"] === "prod") {
      return NO_CODE;
    }
    if (isText(proxy) && isText(buildFolder) && isText(digest)) {
      return { proxy, buildFolder, digest };
    }
    return this.wrong(
      "promoteFrom",
      'the outputs of a YtCodeArchive with "proxy", "buildFolder" and "digest"',
    );
  }

  declarer(): Declarer {
    const value = this.#news[DECLARER_KEY];
    const declarer = isProperties(value) ? value : {};
    const field = (name: keyof Declarer): string => {
      const text = declarer[name];
      return isText(text) ? text : "unknown";
    };
    return { resource: field("resource"), project: field("project"), stack: field("stack") };
  }

  wrong(name: string, wanted: string): undefined {
    this.#mistakes.push(
      new UserError(`Cannot use the argument "${name}" as it must be ${wanted}`, {
        argument: name,
      }),
    );
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** Whether a value is a map of properties. */
export function isProperties(value: unknown): value is Properties {
  return isRecord(value);
}
