/**
 * The rooms of the house, and the arrows between them: which folder may import from which.
 * ARCHITECTURE.md says what is in each.
 */
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "..");

/** Each room, and the rooms that it may import from besides itself. The longest name that fits a file counts. */
const ROOMS = {
  common: [],
  "provider/pipeline": ["common"],
  "provider/manifest": ["common", "provider/pipeline"],
  "provider/archive": ["common", "provider/pipeline", "provider/manifest"],
  "provider/yt": ["common"],
  "provider/publication": ["common", "provider/pipeline", "provider/archive", "provider/yt"],
  "provider/resource": ["common", "provider"],
  provider: ["common", "provider"],
  "cli/terminal": ["common"],
  engine: ["common", "cli/terminal"],
  "local-cluster": ["common"],
  cli: ["common", "provider", "engine", "local-cluster", "cli"],
};

/** The room that a file is in; undefined for tests, measurements and the program, which may import anything. */
function roomOf(file) {
  return Object.keys(ROOMS)
    .filter((room) => file.startsWith(`${room}/`))
    .toSorted((a, b) => b.length - a.length)[0];
}

/** Imports only run the ways that {@link ROOMS} names. */
export const rooms = {
  meta: { type: "problem" },
  create(context) {
    const here = path.relative(ROOT, context.filename).replaceAll(path.sep, "/");
    const room = roomOf(here);
    if (room === undefined) {
      return {};
    }
    const allowed = [room, ...ROOMS[room]];
    const check = (source) => {
      if (source?.type !== "Literal" || !String(source.value).startsWith(".")) {
        return;
      }
      const target = path.posix.join(path.posix.dirname(here), source.value);
      if (!allowed.some((other) => target.startsWith(`${other}/`))) {
        context.report({
          node: source,
          message: `${room}/ may not import ${target}, only from ${allowed.join(", ")}: see lint/rooms.js and ARCHITECTURE.md`,
        });
      }
    };
    return {
      ImportDeclaration: ({ source }) => check(source),
      ImportExpression: ({ source }) => check(source),
      ExportAllDeclaration: ({ source }) => check(source),
      ExportNamedDeclaration: ({ source }) => check(source),
    };
  },
};
