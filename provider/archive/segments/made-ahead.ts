/** Which segments this process has made before a build asked for them: no build has reused those. */

const made = new Set<string>();

/** Takes note that a segment was made, by the file it is kept in. */
export function noteMadeAhead(file: string): void {
  made.add(file);
}

/** Whether a segment was made ahead; true once. */
export function takeMadeAhead(file: string): boolean {
  return made.delete(file);
}
