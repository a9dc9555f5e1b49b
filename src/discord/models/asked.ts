import type { Place } from '../../chat/choices.ts';
import type { Bot, Person } from '../bot.ts';

/** Who asks for something, and where; the contexts of commands, buttons, menus and forms all say it. */
export interface Asked {
  bot: Bot;
  place: Place;
  person: Person;
}
