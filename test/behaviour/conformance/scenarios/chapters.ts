/** All chapters of scenarios, in the order in which the page has them. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";
import { aliases } from "./aliases.ts";
import { components } from "./components.ts";
import { configuration } from "./configuration.ts";
import { configurationFlags } from "./configuration-flags.ts";
import { failures } from "./failures.ts";
import { flags } from "./flags.ts";
import { hooks } from "./hooks.ts";
import { interruption } from "./interruption.ts";
import { lifecycle } from "./lifecycle.ts";
import { options } from "./options.ts";
import { programs } from "./programs.ts";
import { projects } from "./projects.ts";
import { providers } from "./providers.ts";
import { references } from "./references.ts";
import { refresh } from "./refresh.ts";
import { replacement } from "./replacement.ts";
import { secrets } from "./secrets.ts";
import { states } from "./states.ts";
import { storage } from "./storage.ts";
import { transforms } from "./transforms.ts";

export const CHAPTERS: readonly Chapter[] = [
  lifecycle,
  replacement,
  failures,
  refresh,
  options,
  aliases,
  components,
  providers,
  secrets,
  references,
  programs,
  projects,
  configuration,
  flags,
  configurationFlags,
  interruption,
  states,
  storage,
  transforms,
  hooks,
];
