// What Pulumi's provider process loads by the package's name: in a checkout the TypeScript source,
// which Node runs as it is; in an installed package, where Node strips no types, the compiled code.
"use strict";
const { existsSync } = require("node:fs");
const { flushCompileCache } = require("node:module");
const { join } = require("node:path");

// The Pulumi CLI starts whatever Node is on PATH. Those without this could not read what is loaded below.
if (flushCompileCache === undefined) {
  const { name, engines } = require("./package.json");
  const error = new Error(`${name} needs Node ${engines.node}, this is ${process.versions.node}`);
  error.stack = error.message;
  throw error;
}

const isCheckout = existsSync(join(__dirname, "provider/handler.ts"));

/** A module of this package, by its path without extension. */
function load(name) {
  return require(
    isCheckout ? join(__dirname, `${name}.ts`) : join(__dirname, "dist", `${name}.js`),
  );
}

load("common/cache/compiled").keepCompiledCode("provider");
const findAsBefore = load("common/own-modules").findOwnModulesQuickly();
module.exports = load("provider/handler").createHandler({
  // Loaded when it is called: a stack on a real cluster needs nothing of it.
  startLocalCluster: async (options) => load("local-cluster/index").startLocalCluster(options),
});
// What the SDK or another provider loads is none of it.
findAsBefore();
// Now, as this process is ended by a signal.
flushCompileCache();
