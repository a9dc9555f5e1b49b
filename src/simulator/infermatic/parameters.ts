type Rule = { holds: (value: unknown) => boolean; wants: string };

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

const number = (wants: string, inRange: (value: number) => boolean = () => true): Rule => ({
  wants,
  holds: (value) => isNumber(value) && inRange(value),
});

const integer = (wants: string, inRange: (value: number) => boolean = () => true): Rule => ({
  wants,
  holds: (value) => isNumber(value) && Number.isInteger(value) && inRange(value),
});

const boolean: Rule = { wants: 'a boolean', holds: (value) => typeof value === 'boolean' };

const penalty = number('in [-2, 2]', (value) => value >= -2 && value <= 2);

const isStop = (value: unknown) => typeof value === 'string' && value !== '';

const isStreamOptions = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).every(
    ([name, option]) => ['include_usage', 'continuous_usage_stats'].includes(name) && typeof option === 'boolean',
  );

/** The ranges of aphrodite's `sampling_params.py`, for the parameters that the operator of the API has named. */
const rules: Record<string, Rule> = {
  max_tokens: integer('at least 1', (value) => value >= 1),
  min_tokens: integer('at least 0', (value) => value >= 0),
  temperature: number('non-negative', (value) => value >= 0),
  top_p: number('in (0, 1]', (value) => value > 0 && value <= 1),
  top_k: integer('-1 (disable), or at least 1', (value) => value === -1 || value >= 1),
  min_p: number('in [0, 1]', (value) => value >= 0 && value <= 1),
  presence_penalty: penalty,
  frequency_penalty: penalty,
  repetition_penalty: number('at least 1.0', (value) => value >= 1),
  seed: integer('a non-negative integer', (value) => value >= 0),
  n: integer('1 for chat', (value) => value === 1),
  best_of: integer('at least 1', (value) => value >= 1),
  stop: {
    wants: 'a non-empty string, or a list of them',
    holds: (value) => isStop(value) || (Array.isArray(value) && value.every(isStop)),
  },
  stream: boolean,
  stream_options: { wants: 'an object of booleans', holds: isStreamOptions },
  ignore_eos: boolean,
  skip_special_tokens: boolean,
  spaces_between_special_tokens: boolean,
  logprobs: boolean,
  user: { wants: 'a string', holds: (value) => typeof value === 'string' },
};

const STRUCTURE = ['model', 'messages'];

/** Null counts as absent, as in the engine's own schema. */
export function unknownParameters(body: Record<string, unknown>): string[] {
  return Object.keys(body).filter((name) => !STRUCTURE.includes(name) && !(name in rules));
}

/** One sentence on the first parameter that is out of range. */
export function firstParameterFault(body: Record<string, unknown>): string | undefined {
  for (const [name, rule] of Object.entries(rules)) {
    const value = body[name];
    if (value === undefined || value === null || rule.holds(value)) continue;
    return `${name} must be ${rule.wants}, got ${JSON.stringify(value)}.`;
  }
  if (body['stream_options'] && body['stream'] !== true)
    return 'Stream options can only be defined when stream is True.';
  return undefined;
}
