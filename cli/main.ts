#!/usr/bin/env node
/** Where `ytcode` starts: looks at Node before anything is loaded that an older one could not read. */
// oxlint-disable-next-line import/no-unassigned-import -- it ends the process where it has to
import "./check-node.cjs";

void import("./program.ts");
