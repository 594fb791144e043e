/** What a terminal can show: how wide it is, and which characters it has. */
import { asciiText } from "../../common/text/ascii-text.ts";

/** A stream that may be a terminal. */
interface MaybeTerminal {
  readonly isTTY?: boolean | undefined;
  /** 0 for a terminal that does not know, as in a container that was given none of its size. */
  readonly columns?: number | undefined;
}

/** Whether a terminal can do nothing but show text: no colours, and no line is drawn over. */
export function isDumb({ TERM }: NodeJS.ProcessEnv): boolean {
  return TERM === "dumb";
}

/** The columns of a terminal; undefined for files and pipes, and where it does not say. */
export function columnsOf({ isTTY, columns = 0 }: MaybeTerminal): number | undefined {
  return isTTY === true && columns > 0 ? columns : undefined;
}

/**
 * Text as a stream can show it: on a terminal whose locale names another encoding than UTF-8 without characters for
 * drawing, which would be question marks there. Files and pipes get the same everywhere.
 */
export function textFor(
  { isTTY }: MaybeTerminal,
  environment: NodeJS.ProcessEnv,
): (text: string) => string {
  return isTTY === true && !isUtf8(environment) ? asciiText : (text) => text;
}

/** By the variables that POSIX names, in its order. None says nothing, and terminals have UTF-8 today. */
function isUtf8({ LC_ALL: all, LC_CTYPE: type, LANG: language }: NodeJS.ProcessEnv): boolean {
  const locale = [all, type, language].find((value) => value !== undefined && value !== "");
  return locale === undefined || /utf-?8/i.test(locale);
}
