import type { LoreRequest } from '../lorebook.ts';
import type { Candidate } from './candidate.ts';

/** Whether an entry may be active at all in this generation, with this character. */
export function mayHold(
  { entry: { triggers, characterFilter: filter } }: Candidate,
  { generation, character }: LoreRequest,
): boolean {
  if (triggers.length > 0 && !triggers.includes(generation)) return false;
  if (!filter) return true;
  const { isExclude, names, tags } = filter;
  const isNamed = names.includes(character.name) || names.includes(character.fileName ?? character.name);
  if (names.length > 0 && isNamed === isExclude) return false;
  const isTagged = () => {
    const own = new Set(character.tags.map((tag) => tag.toLowerCase()));
    return tags.some((tag) => own.has(tag.toLowerCase()));
  };
  return tags.length === 0 || isTagged() !== isExclude;
}

/** Whether the conversation is where the entry's decorators want it; keys are not looked at. */
export function isDue(
  { decorators: { onlyAfter = 0, onlyEvery = 1, greetingIndex } }: Candidate,
  { assistantMessageCount, greetingIndex: greeting }: LoreRequest,
): boolean {
  return (
    assistantMessageCount >= onlyAfter &&
    assistantMessageCount % onlyEvery === 0 &&
    (greetingIndex === undefined || greetingIndex === greeting)
  );
}
