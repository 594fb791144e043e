// Starts ytcode for the npm scripts of a checkout: an older Node could not even read main.ts.
"use strict";
// oxlint-disable-next-line import/no-unassigned-import -- it ends the process where it has to
require("./check-node.cjs");
void import("./main.ts");
