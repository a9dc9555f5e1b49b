import { findOutsideCode, outsideCode } from './outside-code.ts';

/** What chat templates put around messages, and models let slip. */
const SPECIAL_TOKENS = [
  '<|eot_id|>',
  '<|eom_id|>',
  '<|im_end|>',
  '<|im_start|>',
  '<|end_of_text|>',
  '<|begin_of_text|>',
  '<|start_header_id|>',
  '<|end_header_id|>',
  '<|endoftext|>',
  '<|end|>',
  '<|EOT|>',
  '<end_of_turn>',
  '<start_of_turn>',
] as const;
/** These can be meant, as markup or as a subject; at the ends of a reply they are not. */
const EDGE_TOKENS = ['</s>', '<s>', '[INST]', '[/INST]', '<<SYS>>', '<</SYS>>'] as const;

/** Everything that {@link stripTemplateTokens} may remove, for holding back half a token of a growing text. */
export const TEMPLATE_TOKENS: readonly string[] = [...SPECIAL_TOKENS, ...EDGE_TOKENS];

const escaped = (token: string) => token.replaceAll(/[|[\]/]/g, String.raw`\$&`);
const SPECIAL_SOURCE = SPECIAL_TOKENS.map(escaped).join('|');
const ROLE = '(?:system|user|assistant|model)';
/** A header goes with the role that it names. */
const ANYWHERE = outsideCode(
  `<\\|start_header_id\\|>${ROLE}<\\|end_header_id\\|>\\s*|<(?:\\|im_start\\|>|start_of_turn>)${ROLE}\\n|${SPECIAL_SOURCE}`,
);
const AT_EDGES = outsideCode(EDGE_TOKENS.map(escaped).join('|'));

/**
 * Removes chat template tokens that a model wrote as text: special tokens wherever they stand, `</s>`, `[INST]` and
 * their like at the very start and end only; nothing inside code.
 */
export function stripTemplateTokens(text: string): string {
  return /[<[]/.test(text) ? stripEdges(stripAnywhere(text)) : text;
}

function stripAnywhere(text: string): string {
  let kept = '';
  let from = 0;
  for (const token of matches(text, ANYWHERE)) {
    kept += text.slice(from, token.start);
    from = token.end;
  }
  return kept + text.slice(from);
}

function stripEdges(text: string): string {
  const edges = matches(text, AT_EDGES);
  let start = 0;
  let end = text.length;
  const leading = edges.filter((token) => {
    const isLeading = text.slice(start, token.start).trim() === '';
    if (isLeading) start = token.end;
    return isLeading;
  });
  const trailing = edges
    .slice(leading.length)
    .toReversed()
    .filter((token) => {
      const isTrailing = text.slice(token.end, end).trim() === '';
      if (isTrailing) end = token.start;
      return isTrailing;
    });
  const between = edges.slice(leading.length, edges.length - trailing.length);
  const unclosed = count(between, '<s>') - count(between, '</s>');
  // `<s>gone</s>` is markup, whichever end of the text it stands at.
  const keepsLeading = unclosed < 0 && count(leading, '<s>') > 0;
  const keepsTrailing = unclosed > 0 && count(trailing, '</s>') > 0;
  return text.slice(keepsLeading ? 0 : start, keepsTrailing ? text.length : end);
}

interface Token {
  start: number;
  end: number;
  words: string;
}

function count(tokens: readonly Token[], words: string): number {
  return tokens.filter((token) => token.words === words).length;
}

function matches(text: string, pattern: RegExp): Token[] {
  const tokens: Token[] = [];
  let from = 0;
  for (let match = findOutsideCode(text, from, pattern); match; match = findOutsideCode(text, from, pattern)) {
    from = match.index + match[0].length;
    tokens.push({ start: match.index, end: from, words: match[0].toLowerCase() });
  }
  return tokens;
}
