/**
 * Lint rules of this project's own, as a plugin of oxlint (eslint's plugin interface).
 * They hold what CONTRIBUTING.md says about files.
 */
import { rooms } from "./rooms.js";

/** Every file begins with a comment that says what it is for. */
const fileHeader = {
  meta: { type: "suggestion" },
  create(context) {
    return {
      Program(program) {
        const { text } = context.sourceCode;
        const start = text.startsWith("#!") ? text.indexOf("\n") + 1 : 0;
        if (!/^\s*(?:\/\*|\/\/)/.test(text.slice(start))) {
          context.report({
            node: program,
            message: "Begin the file with a comment that says what it is for",
          });
        }
      },
    };
  },
};

// The interface of plugins asks for a default export.
// oxlint-disable-next-line import/no-default-export -- see above
export default {
  meta: { name: "house" },
  rules: { "file-header": fileHeader, rooms },
};
