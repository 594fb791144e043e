"use strict";
// What Pulumi's provider process loads by the package's name: in a checkout the TypeScript source,
// which Node runs as it is; in an installed package, where Node strips no types, the compiled code.
const { existsSync } = require("node:fs");
const { enableCompileCache, flushCompileCache } = require("node:module");
const { join } = require("node:path");

// Half of the time of a small preview goes into compiling what was compiled before.
enableCompileCache();
const source = join(__dirname, "provider", "handler.ts");
module.exports = require(existsSync(source) ? source : join(__dirname, "dist/provider/handler.js"));
// Now, as this process is ended by a signal.
flushCompileCache();
