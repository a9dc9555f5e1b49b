const INDENT = /^[ \t]*/;

/** Without the white space around it, and each line without the indentation of the first line that is not blank. */
export function dedent(text: string): string {
  const lines = text.split('\n');
  const first = lines.find((line) => line.trim() !== '');
  const width = first ? indentOf(first) : 0;
  if (width === 0) return text.trim();
  return lines
    .map((line) => (indentOf(line) >= width ? line.slice(width) : line.trimStart()))
    .join('\n')
    .trim();
}

function indentOf(line: string): number {
  return INDENT.exec(line)?.[0].length ?? 0;
}
