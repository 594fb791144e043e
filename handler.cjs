"use strict";
// What Pulumi's provider process loads by the package's name: in a checkout the TypeScript source,
// which Node runs as it is; in an installed package, where Node strips no types, the compiled code.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const source = join(__dirname, "provider", "handler.ts");
module.exports = require(existsSync(source) ? source : join(__dirname, "dist/provider/handler.js"));
