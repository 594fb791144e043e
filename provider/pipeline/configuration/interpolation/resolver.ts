/**
 * Finds values in a document, following `${…}` as OmegaConf does: to other keys, which may be
 * interpolated too, and to environment variables. What nobody asks for is never resolved.
 */
import { isScalar } from "yaml";
import { isRecord } from "../../../../common/values/is-record.ts";
import { InterpolationError, mayInterpolate } from "./interpolation.ts";
import type {
  Element,
  Interpolation,
  Key,
  KeyInterpolation,
  ResolverInterpolation,
  Segment,
} from "./interpolation.ts";
import { parseInterpolations } from "./parse-interpolation.ts";
import { pythonText } from "./python-text.ts";

/** A value and where it stands, which relative keys start from. */
export interface Located {
  readonly path: readonly (string | number)[];
  /** A list, a map, a scalar of the document or the value of one. */
  readonly value: unknown;
}

/** How many keys may lead to one another in a row. */
const LONGEST_CHAIN = 100;

/** How many interpolations one reading follows, and how long a text they may make: bounds for what nobody writes. */
const MOST_FOLLOWED = 10_000;
const LONGEST_TEXT = 100_000;

/** What OmegaConf calls a value that has to be given. */
const MISSING = "???";

const TOO_MANY = "it leads to too many other values; write it more plainly";

/** One per reading. */
export class Resolver {
  /** The whole document. */
  readonly root: Located;
  readonly #findVariable: (name: string) => string | undefined;
  /** The interpolated values that are being resolved, the outermost first. */
  readonly #chain: { readonly label: string; expression: string }[] = [];
  #followed = 0;

  /**
   * @param document a document's value, its plain scalars as they are written
   * @param findVariable looks an environment variable up
   */
  constructor(document: unknown, findVariable: (name: string) => string | undefined) {
    this.root = { path: [], value: document };
    this.#findVariable = findVariable;
  }

  /**
   * What stands at a key of a map or an index of a list, interpolations followed.
   *
   * @param key `"-1"` is the last item of a list
   * @returns undefined when there is nothing
   * @throws {InterpolationError} when what stands there cannot be resolved
   */
  findChild({ path, value }: Located, key: string | number): Located | undefined {
    if (Array.isArray(value)) {
      const items: readonly unknown[] = value;
      const index = /^-?\d+$/.test(String(key)) ? Number(key) : Number.NaN;
      const place = index < 0 ? items.length + index : index;
      return place in items ? this.#follow([...path, place], items[place]) : undefined;
    }
    const name = String(key);
    return isRecord(value) && Object.hasOwn(value, name)
      ? this.#follow([...path, name], value[name])
      : undefined;
  }

  #follow(path: Located["path"], value: unknown): Located {
    const located = { path, value };
    const text = plainValue(value);
    if (typeof text !== "string" || !mayInterpolate(text)) {
      return located;
    }
    const label = labelOf(path);
    const start = this.#chain.findIndex((link) => link.label === label);
    if (start !== -1) {
      const circle = [...this.#chain.slice(start).map((link) => link.label), label];
      throw this.#problem(`it leads back to itself: ${circle.join(" → ")}`);
    }
    this.#chain.push({ label, expression: text });
    this.#followed++;
    try {
      if (this.#chain.length > LONGEST_CHAIN || this.#followed > MOST_FOLLOWED) {
        throw this.#problem(TOO_MANY);
      }
      return this.#resolveText(text, located);
    } finally {
      this.#chain.pop();
    }
  }

  #resolveText(text: string, place: Located): Located {
    const segments = this.#parse(text);
    const [only] = segments;
    if (segments.length === 1 && only !== undefined && typeof only !== "string") {
      return this.#resolve(only, place);
    }
    return { ...place, value: this.#join(segments, place) };
  }

  #parse(text: string): readonly Segment[] {
    try {
      return parseInterpolations(text);
    } catch (error) {
      throw error instanceof InterpolationError ? this.#problem(error.message) : error;
    }
  }

  #join(segments: readonly Segment[], place: Located): string {
    let joined = "";
    for (const segment of segments) {
      joined += typeof segment === "string" ? segment : this.#text(segment, place);
      if (joined.length > LONGEST_TEXT) {
        throw this.#problem(TOO_MANY);
      }
    }
    return joined;
  }

  #text(interpolation: Interpolation, place: Located): string {
    const text = pythonText(this.#resolve(interpolation, place).value);
    if (text === undefined) {
      throw this.#problem(
        `"${interpolation.text}" gives a list or map, which cannot be part of a text`,
      );
    }
    return text;
  }

  #resolve(interpolation: Interpolation, place: Located): Located {
    const link = this.#chain.at(-1);
    if (link !== undefined) {
      link.expression = interpolation.text;
    }
    return interpolation.type === "key"
      ? this.#resolveKey(interpolation, place)
      : this.#resolveFunction(interpolation, place);
  }

  #resolveKey({ dots, keys, text }: KeyInterpolation, place: Located): Located {
    const names = keys.flatMap((key) => this.#names(key, place));
    const own = place.path.slice(0, -1);
    if (dots - 1 > own.length) {
      throw this.#problem("there is nothing that far above it");
    }
    const start = dots === 0 ? [] : own.slice(0, own.length - (dots - 1));
    let here = start.reduce<Located>(
      (above, name) => this.findChild(above, name) ?? above,
      this.root,
    );
    for (const name of names) {
      const next = this.findChild(here, name);
      if (next === undefined) {
        throw this.#problem(`there is no key "${labelOf([...here.path, name])}"`, text);
      }
      here = next;
    }
    if (plainValue(here.value) === MISSING) {
      throw this.#problem(
        `${labelOf(here.path)} is "${MISSING}", which stands for a value to be given`,
        text,
      );
    }
    return here;
  }

  #names(key: Key, place: Located): readonly string[] {
    if (typeof key === "string") {
      return [key];
    }
    const { value } = this.#resolve(key.interpolation, place);
    const text = pythonText(value);
    if (text === undefined || (typeof plainValue(value) !== "string" && !/^-?\d+$/.test(text))) {
      throw this.#problem(`"${key.interpolation.text}" gives no name of a key`);
    }
    return key.isBracketed ? [text] : text.split(/[.[\]]+/).filter((part) => part !== "");
  }

  #resolveFunction({ name, elements, text }: ResolverInterpolation, place: Located): Located {
    if (name !== "oc.env") {
      throw this.#problem(
        `the resolver "${name}" is not known here, only "oc.env"; write the value, ` +
          "${another.key} or ${oc.env:NAME,default}",
        text,
      );
    }
    const [variable, fallback, ...others] = elements;
    const given = variable === undefined ? undefined : this.#evaluate(variable, place);
    const isName = variable?.type !== "literal" && typeof given === "string";
    if (!isName || others.length > 0) {
      throw this.#problem(
        "it takes the name of an environment variable and at most one default",
        text,
      );
    }
    const instead = fallback === undefined ? undefined : this.#evaluate(fallback, place);
    const value = this.#findVariable(given) ?? instead;
    if (value === undefined) {
      throw this.#problem(
        `the environment variable "${given}" is not set; set it, or write a default: \${oc.env:${given},default}`,
        text,
      );
    }
    return { ...place, value };
  }

  #evaluate(element: Element, place: Located): string | null {
    switch (element.type) {
      case "null":
        return null;
      case "literal":
        return element.text;
      case "text":
        return this.#join(element.segments, place);
      case "value": {
        const { value } = this.#resolve(element.interpolation, place);
        return plainValue(value) === null ? null : this.#text(element.interpolation, place);
      }
    }
  }

  #problem(problem: string, expression?: string): InterpolationError {
    const link = this.#chain.at(-1);
    return new InterpolationError(problem, expression ?? link?.expression, link?.label);
  }
}

/** The value of a scalar, by the rules of YAML 1.2; anything else as it is. */
export function plainValue(value: unknown): unknown {
  return isScalar(value) ? value.value : value;
}

/** `pipeline.upload_paths[0].source` */
export function labelOf(path: readonly (string | number)[]): string {
  return path
    .map((part, index) =>
      typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`,
    )
    .join("");
}
