import type { UserStore } from '../storage/users.ts';

/** Members as whom they play. */
export interface Players {
  /** The name of their user persona, or the one that they have in the channel. */
  nameOf(person: { id: string; name: string }): Promise<string>;
  /**
   * What the persona of `personId` has to know of them, and of the others that play with them; '' if nobody said anything.
   * Their own words: no macro counts in it.
   */
  describe(personId: string, otherIds: readonly string[]): Promise<string>;
}

const OTHERS_MAX = 6;

export function createPlayers({ users }: { users: Pick<UserStore, 'read'> }): Players {
  async function lineOf(id: string): Promise<{ name: string; text: string } | undefined> {
    const { persona } = await users.read(id);
    if (!persona) return undefined;
    const { name, description, pronouns } = persona;
    const about = [pronouns === '' ? '' : `Pronouns: ${pronouns}.`, description].filter((part) => part !== '');
    return about.length === 0 ? undefined : { name, text: about.join(' ') };
  }

  return {
    async nameOf({ id, name }) {
      const { persona } = await users.read(id);
      return persona?.name ?? name;
    },
    async describe(personId, otherIds) {
      const others = otherIds.filter((id) => id !== personId).slice(0, OTHERS_MAX);
      const [own, ...rest] = await Promise.all([personId, ...others].map(lineOf));
      const otherLines = rest.flatMap((line) => (line ? [`${line.name}: ${line.text}`] : []));
      if (otherLines.length === 0) return own?.text ?? '';
      return [...(own ? [`${own.name}: ${own.text}`] : []), ...otherLines].join('\n');
    },
  };
}
