// Ends the process with one line where Node is too old for ytcode. It must itself run on any Node, so
// that it has no newer syntax than that of its first versions.
"use strict";
// oxlint-disable-next-line unicorn/prefer-node-protocol -- Node 12 does not know it
var fs = require("fs");
// oxlint-disable-next-line unicorn/prefer-node-protocol -- as above
var path = require("path");

// Node 22.18 runs TypeScript as it is; the same number as in the "engines" of package.json.
var NEEDED = { major: 22, minor: 18 };

var parts = process.versions.node.split(".");
var major = Number(parts[0]);
var isTooOld = major < NEEDED.major || (major === NEEDED.major && Number(parts[1]) < NEEDED.minor);
if (isTooOld) {
  // A checkout brings a Node of its own, unless npm was told to leave it out.
  var isCheckout = fs.existsSync(path.join(__dirname, "main.ts"));
  var advice = isCheckout
    ? '; run "npm ci --include=dev --ignore-scripts=false", which installs one for the npm scripts here'
    : "";
  process.stderr.write(
    "ytcode needs Node " +
      NEEDED.major +
      "." +
      NEEDED.minor +
      " or newer, this is " +
      process.versions.node +
      advice +
      "\n",
  );
  process.exit(1);
}
