const ERROR_LEVEL = 50;

/** What a line of the bot's log is to the person at the terminal: an error in words, anything else as it stands. */
export function readLogLine(line: string): string {
  const entry = parsed(line);
  if (entry === undefined || Number(entry['level']) < ERROR_LEVEL) return line;
  const cause = (entry['err'] as { message?: unknown } | undefined)?.message;
  return `The bot has an error: ${String(entry['msg'])}${typeof cause === 'string' ? ` (${cause})` : ''}`;
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
