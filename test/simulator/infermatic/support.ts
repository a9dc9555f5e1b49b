import {
  type InfermaticSimulator,
  type InfermaticSimulatorOptions,
  type SimulatorClock,
  type SimulatorEvent,
  startInfermaticSimulator,
} from '../../../src/simulator/infermatic/index.ts';

/** Served 4096, Llama 2 tokens, answers `eos_token`, refuses nothing. */
export const PLAIN_MODEL = 'MythoMax-L2-13b';

/** Runs `use` on a simulator of its own and closes it whatever happens. */
export async function withSimulator(
  options: InfermaticSimulatorOptions,
  use: (api: InfermaticSimulator) => Promise<void>,
): Promise<void> {
  const api = await startInfermaticSimulator(options);
  try {
    await use(api);
  } finally {
    await api.close();
  }
}

export const hello = { model: PLAIN_MODEL, messages: [{ role: 'user', content: 'Hello' }] };

export function ask(api: InfermaticSimulator, body: object = {}, init: RequestInit & { key?: string } = {}) {
  const { key = api.key, ...rest } = init;
  return fetch(`${api.url}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...hello, ...body }),
    ...rest,
  });
}

export const stream = (api: InfermaticSimulator, body: object = {}, init: RequestInit = {}) =>
  ask(api, { stream: true, ...body }, init);

export interface WireChoice {
  delta?: { role?: string; content?: string | null; reasoning_content?: string };
  message?: { role: string; content: string | null; reasoning_content?: string };
  finish_reason: string | null;
}

export interface WireCompletion {
  id: string;
  model: string;
  object: string;
  choices?: WireChoice[];
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number } | null;
  error?: object;
}

export const readJson = async (response: Response) => (await response.json()) as WireCompletion;

/** The `data:` lines of a body of events. */
export const dataOf = (text: string) =>
  text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice('data: '.length)] : []));

export async function readEvents(response: Response): Promise<WireCompletion[]> {
  const lines = dataOf(await response.text());
  return lines.filter((line) => line !== '[DONE]').map((line) => JSON.parse(line) as WireCompletion);
}

export const contentOf = (events: readonly WireCompletion[]) =>
  events.map(({ choices }) => choices?.[0]?.delta?.content ?? '').join('');

/** Everything up to where the body ends or breaks, and whether it broke. */
export async function readBroken(response: Response): Promise<{ text: string; broke: boolean; reads: number }> {
  const decoder = new TextDecoder();
  let text = '';
  let reads = 0;
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      reads += 1;
    }
    return { text, broke: false, reads };
  } catch {
    return { text, broke: true, reads };
  }
}

export const nextEvent = (api: InfermaticSimulator, type: SimulatorEvent['type']) =>
  new Promise<SimulatorEvent>((resolve) => {
    const stop = api.on((event) => {
      if (event.type !== type) return;
      stop();
      resolve(event);
    });
  });

/** Lets the event loop turn until the sockets have told each other what they know. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** A clock that moves only when the test says so. `lateMs`: every timer fires that much after its time. */
export function manualClock(start = 0, lateMs = 0) {
  let now = start;
  let timers: { dueAt: number; callback: () => void }[] = [];
  let onTimer: (() => void) | undefined;
  const clock: SimulatorClock = {
    now: () => now,
    setTimeout(callback, ms) {
      const timer = { dueAt: now + ms + lateMs, callback };
      timers.push(timer);
      onTimer?.();
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  };
  return {
    clock,
    /** Resolves when something waits for the time to pass. */
    waiting: () =>
      new Promise<void>((resolve) => {
        onTimer = resolve;
        if (timers.length > 0) resolve();
      }),
    pending: () => timers.length,
    advance: (ms: number) => {
      const end = now + ms;
      for (;;) {
        const next = timers.filter(({ dueAt }) => dueAt <= end).sort((a, b) => a.dueAt - b.dueAt)[0];
        if (!next) break;
        now = next.dueAt;
        timers = timers.filter((timer) => timer !== next);
        next.callback();
      }
      now = end;
    },
  };
}
