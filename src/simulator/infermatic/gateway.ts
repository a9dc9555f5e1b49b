import type { IncomingMessage } from 'node:http';
import type { PlainAnswer } from './behaviour.ts';
import { type Budget, createBudget, type KeyLimits } from './budget.ts';
import type { Admitted } from './completions.ts';
import { errors } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { listModels, type SimulatedModel } from './models.ts';

export interface GatewayParts {
  keys: Record<string, KeyLimits>;
  /** Whether the edge lets LiteLLM's own and the rate limit headers of successes through. */
  forwardsHeaders(): boolean;
  models(): readonly SimulatedModel[];
  failingModels(): PlainAnswer | 'hang' | undefined;
  rejected(exchange: Exchange): void;
  complete(exchange: Exchange, admitted: Admitted): Promise<void>;
}

const COMPLETIONS = '/v1/chat/completions';
const MODELS = '/v1/models';
const METHODS = new Map([
  [MODELS, 'GET'],
  [COMPLETIONS, 'POST'],
]);

/** LiteLLM's part: routes, keys, budgets. */
export function createGateway(parts: GatewayParts) {
  const budgets = new Map<string, Budget>(
    Object.entries(parts.keys).map(([key, limits]) => [key, createBudget(key, limits)]),
  );
  let calls = 0;

  const nextCallHeaders = (): Record<string, string> => {
    calls += 1;
    const id = `00000000-0000-4000-8000-${String(calls).padStart(12, '0')}`;
    return parts.forwardsHeaders() ? { 'x-litellm-call-id': id, 'x-litellm-version': '1.79.1' } : {};
  };

  const admit = (exchange: Exchange, key: string, budget: Budget): Omit<Admitted, 'contentType'> => {
    const { refusal, headers, release } = budget.admit(exchange.entry.at);
    exchange.onClose(release);
    if (refusal) parts.rejected(exchange);
    return { key, refusal, headers: { ...nextCallHeaders(), ...(parts.forwardsHeaders() ? headers : {}) } };
  };

  const answerModels = (exchange: Exchange) => {
    const failing = parts.failingModels();
    if (failing === 'hang') return;
    exchange.answer(failing ?? { status: 200, body: listModels(parts.models()) }, nextCallHeaders());
  };

  const route = async (exchange: Exchange, request: IncomingMessage): Promise<void> => {
    const { path, method, key } = exchange.entry;
    const allowed = METHODS.get(path);
    if (!allowed) return exchange.answer({ status: 404, body: { detail: 'Not Found' } });
    if (method !== allowed) {
      return exchange.answer({ status: 405, body: { detail: 'Method Not Allowed' }, headers: { allow: allowed } });
    }
    if (key === undefined) return exchange.answer(errors.unauthorized('no-key'));
    const budget = budgets.get(key);
    if (!budget) return exchange.answer(errors.unauthorized('token-not-found', key));
    if (path === MODELS) return answerModels(exchange);
    const contentType = request.headers['content-type'];
    return parts.complete(exchange, { ...admit(exchange, key, budget), contentType });
  };

  return {
    route,
    addKey(key: string, limits: KeyLimits) {
      budgets.set(key, createBudget(key, limits));
    },
    removeKey: (key: string) => budgets.delete(key),
    setLimits(key: string, limits: KeyLimits) {
      const budget = budgets.get(key);
      if (!budget) throw new Error(`there is no key ${key}`);
      budget.setLimits(limits);
    },
  };
}
