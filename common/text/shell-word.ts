/** Text as a word of a shell's command. */

/** A word of a POSIX shell's command: as it is where nothing in it means anything to the shell, else in quotes. */
export function shellWord(text: string): string {
  return /^[\w@%+:,./-]+$/.test(text) ? text : quotedWord(text);
}

/** A word of a POSIX shell's command in quotes, whatever is in it. */
export function quotedWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
