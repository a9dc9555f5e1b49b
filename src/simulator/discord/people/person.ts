import { openDirectMessages } from '../direct-messages.ts';
import type { User } from '../model.ts';
import type { Simulation } from '../simulation.ts';
import { existing, shareGuild } from '../world.ts';
import { type ChannelHandle, channelHandle } from './channel.ts';
import { createHere, type Here } from './here.ts';

export interface Person {
  id: string;
  name: string;
  /** The person in a channel, thread or direct-message channel. */
  in(channel: { id: string }): Here;
  /** The direct-message channel with the bot; needs a server in common. */
  openDm(): Promise<ChannelHandle>;
  /** The "allow direct messages" of the privacy settings. */
  setAcceptsDms(accepts: boolean): void;
}

export interface NewPerson {
  name: string;
  /** Shown instead of the user name. */
  displayName?: string | undefined;
  locale?: string | undefined;
}

export function createPerson(simulation: Simulation, { name, displayName, locale = 'en-US' }: NewPerson): Person {
  const { world, botUserId } = simulation;
  const user: User = {
    id: simulation.newId(),
    username: name,
    globalName: displayName ?? null,
    bot: false,
    locale,
    acceptsDms: true,
    dmChannelId: undefined,
  };
  world.users.set(user.id, user);
  return {
    id: user.id,
    name,
    in: ({ id }) => createHere(simulation, user, existing(world.channels, id)),
    async openDm() {
      if (!shareGuild(world, user.id, botUserId)) throw new Error(`${name} shares no server with the bot`);
      return channelHandle(simulation, openDirectMessages(simulation, user));
    },
    setAcceptsDms(accepts) {
      user.acceptsDms = accepts;
    },
  };
}
