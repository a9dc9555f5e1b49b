/** The beginning of a text, with an ellipsis if it was cut; never half a surrogate pair. `maxLength` in UTF-16 units. */
export function clip(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text
    .slice(0, maxLength - 1)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd()}…`;
}
