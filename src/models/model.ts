import { knownModel, type TemplateOverhead, type TemplateRoles, type TokenizerChoice } from './known-models.ts';
import type { Learned, LearnedFacts } from './learned.ts';
import { isPlausibleContextLength } from './plausible.ts';

/** What the API says of a model it serves. */
export interface ListedModel {
  id: string;
  /** In tokens; told by few servers. */
  contextLength?: number;
}

/** Who says how long the context is; in order of precedence. */
export type ContextSource = 'admin' | 'learned' | 'api' | 'table' | 'default';

export interface Model {
  /** Exactly as the API lists it: this is what is sent. */
  id: string;
  /** In tokens, prompt and reply together. */
  contextLength: number;
  contextSource: ContextSource;
  /** Everything that is known, in order of precedence, the one in force first. */
  contextLengths: { source: ContextSource; contextLength: number }[];
  /** As shown to people. */
  family: string;
  tokenizer: TokenizerChoice;
  overhead: TemplateOverhead;
  /** Of the chat template, as far as known or learned. */
  roles: TemplateRoles;
  isChat: boolean;
  /** It writes its reasoning before the reply. */
  isThinking: boolean;
  takesPictures: boolean;
}

/** What is known of a model before anything is learned from its answers. */
export function describeModel(listed: ListedModel): Model {
  const { contextLength, contextSource, chat, thinking, ...known } = knownModel(listed.id);
  const model: Model = {
    ...known,
    id: listed.id,
    contextLength,
    contextSource,
    contextLengths: [{ source: contextSource, contextLength }],
    isChat: chat,
    isThinking: thinking,
  };
  return isPlausibleContextLength(listed.contextLength) ? withContext(model, 'api', listed.contextLength) : model;
}

export function withLearned(model: Model, facts: LearnedFacts): Model {
  const { contextLength, takesSystemRole = model.roles.system, mustAlternate } = facts;
  const learned = contextLength === undefined ? model : withContext(model, 'learned', contextLength);
  const mode = mustAlternate ? 'strict' : model.roles.mode;
  const system = model.roles.system && takesSystemRole;
  const isAsKnown = mode === model.roles.mode && system === model.roles.system;
  return isAsKnown ? learned : { ...learned, roles: { mode, system } };
}

/**
 * A model with the context length that an admin set for it. It is in force unless the API has refused a prompt of that
 * length since: with it, every turn of a long conversation would fail.
 *
 * @param admin in tokens, and when it was set, in Unix milliseconds
 */
export function withAdminContext(
  model: Model,
  admin: { tokens: number; at: number } | undefined,
  learned: Pick<Learned, 'of'>,
): Model {
  if (!admin || !isPlausibleContextLength(admin.tokens)) return model;
  const facts = learned.of(model.id);
  const current = withLearned(model, facts);
  const { contextLength = Infinity, contextLearnedAt = -Infinity } = facts;
  const isRefused = contextLength < admin.tokens && contextLearnedAt > admin.at;
  if (!isRefused) return withContext(current, 'admin', admin.tokens);
  const [inForce, ...others] = current.contextLengths;
  const set = { source: 'admin' as const, contextLength: admin.tokens };
  return { ...current, contextLengths: [...(inForce ? [inForce] : []), set, ...others] };
}

function withContext(model: Model, source: ContextSource, contextLength: number): Model {
  const others = model.contextLengths.filter((known) => known.source !== source);
  return { ...model, contextLength, contextSource: source, contextLengths: [{ source, contextLength }, ...others] };
}
