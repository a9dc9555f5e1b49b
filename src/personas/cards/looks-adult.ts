import type { Persona } from '../persona.ts';

const ADULT_WORDS = new Set(
  'nsfw nsfl adult adults adult-only 18+ +18 18plus r18 r-18 r18+ explicit smut smutty erotic erotica porn porno pornographic hentai lewd xxx x-rated'.split(
    ' ',
  ),
);
/** What ratings are called, and the ratings that are for adults. */
const RATING = /^(?:content[ _-]?)?(?:rating|rated)[ _:=-]*(?:nc[ _-]?17|ao|r|x|m|e|mature|questionable)$/;
/** A genre of books, and a tag that says the contrary. */
const NOT_ADULT = /\b(?:young[ _-]adults?|(?:not?|non)[ _-]*(?:nsfw|nsfl|adult|explicit|lewd|smut|porn|erotic))\b/g;

/** Whether the tags say that the persona is for adults. */
export function looksAdult({ tags }: Pick<Persona, 'tags'>): boolean {
  return tags.some((tag) => {
    const text = tag.toLowerCase().trim().replaceAll(NOT_ADULT, ' ');
    const words = [text, ...text.split(/[^\p{L}\p{N}+-]+/u), ...text.split(/[^\p{L}\p{N}+]+/u)];
    return RATING.test(text) || words.some((word) => ADULT_WORDS.has(word));
  });
}
