/** Lines that would be the same for each resource of a stack: one process says each of them once. */

const said = new Set<string>();

/** Logs a line unless this process has. */
export function sayOnce(line: string, log: (line: string) => void): void {
  if (!said.has(line)) {
    said.add(line);
    log(line);
  }
}
