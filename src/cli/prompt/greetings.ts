import type { Macros } from '../../prompt/macros.ts';
import type { PromptCase } from './case.ts';
import type { CaseCharacter } from './character.ts';
import { type ChatMessage, newMessage } from './chat.ts';

/** How a fresh chat begins: with the character's first message, of a group with one of each member's. */
export function greetingsOf({ group, characters }: PromptCase, random: () => number): ChatMessage[] {
  const greeting = ({ persona }: CaseCharacter, swipes: string[]) =>
    swipes.length === 0 ? [] : [newMessage({ name: persona.name, isUser: false, swipes })];
  if (!group) {
    return characters.slice(0, 1).flatMap((character) => {
      const { firstMessage, alternateGreetings } = character.persona;
      return greeting(character, firstMessage === '' ? alternateGreetings : [firstMessage, ...alternateGreetings]);
    });
  }
  return group.members.flatMap((member) => {
    const { firstMessage, alternateGreetings } = member.persona;
    const texts = [firstMessage, ...alternateGreetings].filter((text) => text.trim() !== '');
    const chosen = texts[Math.floor(random() * texts.length)];
    return greeting(member, chosen === undefined ? [] : [chosen.trim()]);
  });
}

/** A character's greeting is a text of its card; what was said later is none. */
export function expandGreeting(message: ChatMessage, macros: Macros): void {
  message.text = macros.expand(message.text);
  message.swipes = message.swipes.map((swipe) => macros.expand(swipe));
}
