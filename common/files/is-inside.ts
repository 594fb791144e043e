/** Whether paths lie in one another. */
import path from "node:path";

/** Whether a path is a directory or lies below it. Both must be real paths to mean anything. */
export function isInside(directory: string, candidate: string): boolean {
  const relative = path.relative(directory, candidate);
  return relative === "" || (!relative.startsWith(`..${path.sep}`) && relative !== "..");
}
