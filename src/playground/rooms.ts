import type { Person } from '../simulator/discord/index.ts';
import type { Playground } from './host.ts';

/** Who types, and where: in a channel, in the direct messages with the bot, or in a thread. */
export function createRooms({ discord, channels, members }: Pick<Playground, 'discord' | 'channels' | 'members'>) {
  const [general] = channels;
  const threads = new Map<string, string>();
  let member = memberCalled('Alice');
  let channelId = general.id;
  let here = member.in(general);

  discord.on((event) => {
    if (event.type === 'thread-created' || event.type === 'thread-updated') threads.set(event.channelId, event.name);
    if (event.type !== 'thread-deleted') return;
    threads.delete(event.channelId);
    if (event.channelId === channelId) enter(event.parentId === undefined ? general : { id: event.parentId });
  });

  function enter(channel: { id: string }): void {
    here = member.in(channel);
    channelId = channel.id;
  }

  function memberCalled(name: string): Person {
    const found = members.find((candidate) => candidate.name.toLowerCase() === name.trim().toLowerCase());
    if (!found) throw new Error(`There is no ${name} here, only ${listed(members.map((one) => one.name))}.`);
    return found;
  }

  function maySee(channel: { id: string }): boolean {
    try {
      member.in(channel).messages();
      return true;
    } catch {
      return false;
    }
  }

  /** The threads that whoever types can see, newest first. */
  const threadsInSight = () =>
    [...threads].toReversed().flatMap(([id, name]) => (maySee({ id }) ? [{ id, name }] : []));

  function nameOf(id: string): string {
    const channel = channels.find((one) => one.id === id);
    return channel ? `#${channel.name}` : (threads.get(id) ?? 'direct messages');
  }

  function placeCalled(typed: string): { id: string } {
    const wanted = typed.replace(/^#/, '').trim().toLowerCase();
    const places = [...channels, ...threadsInSight()];
    const found =
      places.find(({ name }) => name.toLowerCase() === wanted) ??
      places.find(({ name }) => wanted !== '' && name.toLowerCase().startsWith(wanted));
    if (found) return found;
    const names = [
      'dm',
      ...channels.map(({ name }) => name),
      ...threadsInSight()
        .map(({ name }) => name)
        .toReversed(),
    ];
    throw new Error(`There is no “${typed}” here, only ${listed(names)}.`);
  }

  return {
    get member() {
      return member;
    },
    get channelId() {
      return channelId;
    },
    get here() {
      return here;
    },
    /** In a channel of the server, where the bot answers only when it is asked. */
    get isInChannel() {
      return channels.some(({ id }) => id === channelId);
    },
    /** Why the client of whoever types does not offer a command that others have; undefined if it does, or nobody has it. */
    refusalOf(command: string): string | undefined {
      const isOffered = (there: typeof here) => there.commands().some(({ name }) => name === command);
      if (isOffered(here)) return undefined;
      if (isOffered(member.in(general))) return `/${command} is not for direct messages; \`:in general\` leads back.`;
      const able = members.find((one) => isOffered(one.in(general)));
      return able && `/${command} is for members with Manage Server; \`:as ${able.name}\` is one.`;
    },
    nameOf,
    /** The name of a channel as a text mentions it, with the way into a thread. */
    mentionOf: (id: string) => (threads.has(id) ? `“${nameOf(id)}” (\`:in ${nameOf(id)}\`)` : nameOf(id)),
    /** The channels and the threads in sight, these newest first. */
    channels: () => [...channels, ...threadsInSight()],
    /** Stays where it is if the member can see that, else goes to #general. @returns where that is, in words */
    speakAs(name: string): string {
      const from = channelId;
      member = memberCalled(name);
      const isSeen = maySee({ id: from });
      enter(isSeen ? { id: from } : general);
      const where = `You are ${member.name} in ${nameOf(channelId)}.`;
      return isSeen
        ? where
        : `${where} ${member.name} cannot see ${threads.get(from) ?? 'the direct messages of others'}.`;
    },
    async goTo(place: string): Promise<void> {
      enter(place.trim().toLowerCase() === 'dm' ? await member.openDm() : placeCalled(place));
    },
  };
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
