const FALSY = ['', 'false', 'off', '0', 'no'];

/** As `{{if}}` sees it. */
export function isFalsy(value: string): boolean {
  return FALSY.includes(value.trim().toLowerCase());
}
