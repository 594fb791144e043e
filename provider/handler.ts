/**
 * The handler of the resource, as Pulumi's dynamic-provider process calls it. Only glue: it holds
 * the settings, sends lines to the user, and shows no stack for a mistake that the user can mend.
 */
import { randomBytes } from "node:crypto";
import { cancellable } from "./cancellation.ts";
import { rememberModules } from "./pipeline/python/module-memory.ts";
import type { Properties } from "./resource/arguments.ts";
import { check } from "./resource/check.ts";
import type { CheckResult } from "./resource/check.ts";
import { ClaimedFolders } from "./resource/claimed-folders.ts";
import { diffWithSettings } from "./resource/diff.ts";
import type { DiffResult } from "./resource/diff.ts";
import { IN_PLACE } from "./resource/inputs.ts";
import type { CheckedInputs } from "./resource/inputs.ts";
import type { AnnounceContext } from "./resource/preview/announce.ts";
import type { EarlierParts, EarlierTexts } from "./resource/preview/earlier-texts.ts";
import { PreviewNotes } from "./resource/preview/notes.ts";
import { read, resourceName } from "./resource/read.ts";
import type { ReadResult } from "./resource/read.ts";
import { remove } from "./resource/remove.ts";
import { readSettings } from "./resource/settings.ts";
import type { ProviderSettings } from "./resource/settings.ts";
import { UserError } from "../common/errors/user-error.ts";

/** Pulumi's configuration, as `configure` gets it. */
interface ConfigureRequest {
  readonly config: { get(key: string): string | undefined };
}

/** What Pulumi calls; a dynamic provider in its words. */
export interface Handler {
  /** Called once per process, before anything else. */
  configure(request: ConfigureRequest): Promise<void>;
  /** See `resource/check.ts`. */
  check(olds: Properties, news: Properties): Promise<CheckResult>;
  /** See `resource/diff.ts`. */
  diff(id: string, olds: Properties, news: Properties): Promise<DiffResult>;
  /** See `resource/sync.ts`. */
  create(inputs: CheckedInputs): Promise<{ readonly id: string; readonly outs: Properties }>;
  /** See `resource/sync.ts`. */
  update(
    id: string,
    olds: Properties,
    inputs: CheckedInputs,
  ): Promise<{ readonly outs: Properties }>;
  /** See `resource/read.ts`. */
  read(id: string, outputs: Properties): Promise<ReadResult>;
  /** See `resource/remove.ts`. */
  delete(id: string, outputs: Properties): Promise<void>;
}

/** Makes the handler. Who calls this knows the local cluster; the provider does not. */
export function createHandler({
  startLocalCluster,
}: Pick<ProviderSettings, "startLocalCluster">): Handler {
  const settingsFrom = ({ config }: ConfigureRequest): ProviderSettings => ({
    ...readSettings((key) => config.get(key), process.env, process.cwd()),
    startLocalCluster,
  });
  let settings = settingsFrom({ config: { get: () => undefined } });
  let notes = new PreviewNotes();
  let earlierTexts: Promise<EarlierTexts> | undefined;
  const announcing = (): AnnounceContext => ({ settings, notes, log: writeLine });

  const sync = async (
    id: string,
    olds: Properties | undefined,
    inputs: CheckedInputs,
  ): Promise<Properties> => {
    // Loaded when wanted: a preview packs nothing.
    const { sync: syncResource } = await import("./resource/sync.ts");
    const [log, status] = [logFor(inputs), statusFor(inputs)];
    return asked((own) =>
      syncResource(inputs, olds, { settings: own, log, status, resourceId: id }),
    );
  };

  /** What may ask a cluster stops when Pulumi does. */
  const asked = async <Result>(work: (own: ProviderSettings) => Promise<Result>): Promise<Result> =>
    cancellable((signal) => withoutStack(work({ ...settings, signal })));

  /** What `--diff` asks for, and no other preview: clusters are read for it. */
  const fetchEarlier = async (
    olds: Properties,
    news: Properties,
  ): Promise<EarlierParts | undefined> => {
    if (settings.readsEarlier !== true || news["archive"] !== IN_PLACE) {
      return undefined;
    }
    earlierTexts ??= import("./resource/preview/earlier-texts.ts").then(
      (module) => new module.EarlierTexts(),
    );
    const texts = await earlierTexts;
    return asked((own) => texts.fetch(olds, news, own, writeLine));
  };

  return {
    configure: async (request) => {
      const claimedFolders = new ClaimedFolders();
      notes = new PreviewNotes();
      earlierTexts = undefined;
      const ofRun = { findModules: rememberModules(), claimedFolders, notes };
      settings = { ...settingsFrom(request), ...ofRun };
    },
    check: async (olds, news) => {
      notes.keepPurpose(news);
      const checked = await asked((own) => check(news, own, writeLine));
      if (checked.failures.length === 0 && notes.isNew(olds, news)) {
        const { announceCreate } = await announcements();
        announceCreate(checked.inputs, announcing());
      }
      return checked;
    },
    diff: async (_id, olds, news) => {
      const found = await withoutStack(diffWithSettings(olds, news, settings));
      if (found.changes || found.replaces.length > 0) {
        const { announceChange } = await announcements();
        const earlier = await fetchEarlier(olds, news);
        announceChange(olds, news, found, { ...announcing(), earlier });
      }
      return found;
    },
    create: async (inputs) => {
      const id = `${resourceName(inputs)}-${randomBytes(6).toString("hex")}`;
      return { id, outs: await sync(id, undefined, inputs) };
    },
    update: async (id, olds, inputs) => ({ outs: await sync(id, olds, inputs) }),
    read: async (id, outputs) => {
      const found = await asked((own) => read(id, outputs, own, logFor(outputs)));
      if (found.props["archive"] !== IN_PLACE) {
        const { announceDrift } = await announcements();
        announceDrift(found.props, announcing());
      }
      return found;
    },
    delete: async (id, outputs) => asked((own) => remove(id, outputs, own, logFor(outputs))),
  };
}

/** Loaded when something changes: most previews find nothing to say. */
async function announcements() {
  return import("./resource/preview/announce.ts");
}

function logFor(properties: Properties): (line: string) => void {
  const name = resourceName(properties);
  return (line) => writeLine(`${name}: ${line}`);
}

/** Long uploads only tell how far they are, so that this is loaded when it is wanted. */
function statusFor(properties: Properties): (line: string) => void {
  const name = resourceName(properties);
  return (line) => {
    void import("./status.ts").then(({ writeStatus }) => writeStatus(`${name}: ${line}`));
  };
}

/** Pulumi shows what this process prints as information. */
function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Pulumi prints the stack of what is thrown; for a mistake of the user's there is none to show. */
async function withoutStack<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof UserError) {
      error.stack = error.message;
    }
    throw error;
  }
}
