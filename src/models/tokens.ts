import { type Clock, systemClock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { estimateTokens } from './estimate.ts';
import type { TokenizerChoice, TokenizerName } from './known-models.ts';
import { startTokenizerThread, type TokenizerThread } from './tokenizer-thread.ts';

/** For the texts of one prompt: it does not change from estimates to exact counts in between. */
export interface TokenCounter {
  /** Under which name counts may be stored with the message; undefined while they are estimates. Ask after counting. */
  readonly storeAs: TokenizerName | undefined;
  /** Tokens of each text, without template, BOS, EOS. Exact, or an estimate on the safe side. Never rejects. */
  count(texts: readonly string[]): Promise<number[]>;
}

export interface Tokenizers {
  /** Starts to load the tokenizer on first use; the counter estimates until a later one finds it loaded. */
  counterFor(tokenizer: Pick<TokenizerChoice, 'name'>): TokenCounter;
  /** Resolves when the next counter will be exact, or when it cannot be. Never rejects. */
  load(tokenizer: Pick<TokenizerChoice, 'name'>): Promise<void>;
  /** Ends the thread; counters go on with estimates. */
  close(): Promise<void>;
}

export interface TokenizersOptions {
  logger: Logger;
  clock?: Clock;
  /** What runs in the thread. */
  script?: URL;
}

const SCRIPT = new URL('./tokenizer-worker.ts', import.meta.url);
const RETRY_AFTER_MS = 5 * 60_000;

/** Counts with the models' own tokenizers, in a thread that starts on first use, so that the event loop never waits. */
export function createTokenizers({ logger, clock = systemClock, script = SCRIPT }: TokenizersOptions): Tokenizers {
  const loading = new Map<TokenizerName, Promise<void>>();
  const loaded = new Map<TokenizerName, TokenizerThread>();
  let thread: TokenizerThread | undefined;
  let isClosed = false;
  let failedAt: number | undefined;

  const mayStart = () => !isClosed && (failedAt === undefined || clock.monotonic() - failedAt >= RETRY_AFTER_MS);

  function onFailure(err: unknown): void {
    logger.warn({ err }, 'tokens are estimated: the tokenizers failed');
    failedAt = clock.monotonic();
    thread = undefined;
    loading.clear();
    loaded.clear();
  }

  async function loadInThread(name: TokenizerName): Promise<void> {
    try {
      thread ??= startTokenizerThread(script, onFailure);
      const used = thread;
      await used.count(name, []);
      loaded.set(name, used);
    } catch (err) {
      // A thread that ended has told already; one that could not be created has not.
      if (mayStart()) onFailure(err);
    }
  }

  const tokenizers: Tokenizers = {
    counterFor({ name }) {
      void tokenizers.load({ name });
      let exact = loaded.get(name);
      return {
        get storeAs() {
          return exact && name;
        },
        async count(texts) {
          try {
            if (exact) return await exact.count(name, texts);
          } catch {
            exact = undefined;
          }
          return texts.map(estimateTokens);
        },
      };
    },
    async load({ name }) {
      if (!mayStart()) return;
      const inThread = loading.get(name) ?? loadInThread(name);
      loading.set(name, inThread);
      await inThread;
    },
    async close() {
      isClosed = true;
      await thread?.close();
    },
  };
  return tokenizers;
}
