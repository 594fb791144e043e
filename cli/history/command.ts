/** `ytcode history`: shows the versions that a build folder on a cluster has. */
import { Command } from "commander";
import { printLines, stdoutPainter } from "../terminal/output.ts";
import { userDirectory } from "../user-directory.ts";

/** Options as commander gives them. */
interface HistoryOptions {
  readonly json?: boolean;
  readonly proxy?: string;
}

const HELP = `
A version stays while it is live, among the newest (keepVersions), or kept for a stack that runs or pins it. The stack
gives it free when it moves on or is destroyed; of a stack that is gone without that, remove the attribute that is shown:
  yt remove //home/me/build/versions/<digest>/@ytcode_kept_for_<id>

Examples
  ytcode history //home/prod/daily/build
  ytcode inspect //home/prod/daily/build@9f86d081 --diff //home/prod/daily/build`;

/** The command `history`. */
export function historyCommand(): Command {
  return new Command("history")
    .description("show the versions of a build folder: when, by whom, who keeps them")
    .argument("<build-folder>", "its Cypress path")
    .option("--json", "print it as JSON (docs/history-json.md)")
    .option("--proxy <cluster>", 'the cluster, or "local" (default: YT_PROXY)')
    .addHelpText("after", HELP)
    .action(showHistory);
}

async function showHistory(buildFolder: string, { json, proxy }: HistoryOptions): Promise<void> {
  const { openHistory } = await import("./open-history.ts");
  const history = await openHistory(buildFolder, { proxy, directory: userDirectory() });
  if (json === true) {
    const { historyJson } = await import("./history-json.ts");
    return printLines([historyJson(history)]);
  }
  const { historyText } = await import("./history-text.ts");
  return printLines(historyText(history, stdoutPainter()));
}
