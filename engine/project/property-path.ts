/**
 * Paths into configuration values: `pipelines[0].name`, `token["yt.example.net"]`. As the Pulumi CLI reads
 * them (`ParsePropertyPathStrict` in sdk/go/common/resource of pulumi/pulumi): names are not restricted.
 */

/** Names of fields and indices of lists, from the top. */
export type PropertyPath = readonly (string | number)[];

/**
 * Reads a path.
 *
 * @throws {SyntaxError} when it is none
 */
export function parsePropertyPath(text: string): PropertyPath {
  const path: (string | number)[] = [];
  // A name, with the dot before it; a quoted name or an index in brackets.
  const element = /(?:^|\.)([^.[]+)|\[(?:"((?:\\"|[^"])*)"|(-?\d+))\]/y;
  while (element.lastIndex < text.length) {
    const at = element.lastIndex;
    const match = element.exec(text);
    if (match === null) {
      throw new SyntaxError(`Malformed path "${text}": at "${text.slice(at)}"`);
    }
    const [, name, quoted, index] = match;
    path.push(name ?? quoted?.replaceAll('\\"', '"') ?? Number(index));
  }
  if (path.length === 0) {
    throw new SyntaxError("Malformed path: it is empty");
  }
  return path;
}
