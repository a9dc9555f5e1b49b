/** In code points, as long as a Discord display name may be. */
const NAME_MAX_LENGTH = 32;
const NAMELESS = 'Member';
/** Words by which models and templates call the parties of a conversation. */
const RESERVED_NAMES = ['assistant', 'system', 'user', 'model', 'bot', 'ai', 'tool', 'developer', 'human'];

/**
 * A member's display name as it stands before their words in a prompt: one line, no colon, 1 to 32 code points, and
 * neither a role's word nor a name of those that the bot speaks as. Two members of one name look the same here: whoever knows their
 * ids tells them apart.
 */
export function speakerName(displayName: string, ownNames: readonly string[] = []): string {
  const plain = displayName
    .normalize('NFKC')
    .replaceAll(/[\p{Z}\s:]+/gu, ' ')
    .replaceAll(/[\p{C}<>[\]|]+/gu, '')
    .trim();
  const name = Array.from(plain).slice(0, NAME_MAX_LENGTH).join('').trim();
  if (!/[\p{L}\p{N}\p{S}\p{P}]/u.test(name)) return NAMELESS;
  const folded = name.toLowerCase();
  const taken =
    RESERVED_NAMES.includes(folded) ||
    ownNames.some((ownName) => folded === ownName.normalize('NFKC').trim().toLowerCase());
  return taken ? `${name} (${NAMELESS.toLowerCase()})` : name;
}
