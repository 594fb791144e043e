/** The mark that Windows programs set before the text of a file: Notepad, and PowerShell's `>`. */

/** A file's text without its byte order mark, if it has one. */
export function withoutByteOrderMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}
