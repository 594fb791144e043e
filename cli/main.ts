#!/usr/bin/env node
/** Where `ytcode` starts: looks at Node before anything is loaded that an older one could not read. */
import "./check-node.cjs";

void import("./program.ts");
