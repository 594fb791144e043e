// Starts ytcode for the npm scripts of a checkout: an older Node could not even read main.ts.
"use strict";
require("./check-node.cjs");
import("./main.ts");
