import { join } from 'node:path';
import { systemClock as clock } from '../../src/core/clock.ts';
import { silentLogger as logger } from '../../src/core/logger.ts';
import { createHistory, type History, type StoredMessage } from '../../src/storage/history.ts';
import { historyKeys } from '../../src/storage/history-keys.ts';
import { createPageSizes, pageOf } from '../../src/storage/history-pages.ts';
import { openStore, type StoreEntry } from '../../src/storage/store.ts';

/** What the turns of a conversation look like; tokens are those of the stored counts. */
export interface Shape {
  name: string;
  user: { characters: number; tokens: number };
  reply: { characters: number; tokens: number };
}

/** A conversation in a store of its own on the disk. */
export interface LongConversation {
  id: string;
  history: History;
  /** The messages of the next turn: a new one at each call. */
  nextTurn(): { user: StoredMessage; reply: StoredMessage };
  close(): Promise<void>;
}

const CONVERSATION_ID = '123456789012345678';
const TEXT = 'The moon rose over "the quiet sea", and she said: wait for me until the tide turns! ';
const ENTRIES_AT_ONCE = 200;
const TOKENIZER = 'llama3';

/** Writes whole pages, as so many messages one after another would have left them. */
export async function openLongConversation({
  folder,
  shape,
  messages,
}: {
  folder: string;
  shape: Shape;
  messages: number;
}): Promise<LongConversation> {
  const store = await openStore(`sqlite://${join(folder, `${shape.name}-${messages}.sqlite`)}`);
  let turns = 0;
  const nextTurn = () => turnOf(shape, turns++);

  let entries: StoreEntry[] = [];
  let last = -1;
  for (const page of pagesOf(messages, nextTurn)) {
    last += 1;
    entries.push({ key: historyKeys.page(CONVERSATION_ID, last), value: pageOf(page) });
    if (entries.length < ENTRIES_AT_ONCE) continue;
    await store.setMany(entries);
    entries = [];
  }
  const head = { v: 1, first: 0, last, messages, marks: [] };
  await store.setMany([...entries, { key: historyKeys.head(CONVERSATION_ID), value: head }]);
  const history = createHistory({ store, clock, logger });
  return { id: CONVERSATION_ID, history, nextTurn, close: () => store.close() };
}

function* pagesOf(messages: number, nextTurn: LongConversation['nextTurn']): Generator<StoredMessage[]> {
  const { fitsOnPage } = createPageSizes();
  let page: StoredMessage[] = [];
  for (let stored = 0; stored < messages; stored += 2) {
    const { user, reply } = nextTurn();
    for (const message of [user, reply]) {
      if (!fitsOnPage([...page, message])) {
        yield page;
        page = [];
      }
      page.push(message);
    }
  }
  yield page;
}

function turnOf(shape: Shape, number: number): { user: StoredMessage; reply: StoredMessage } {
  const user: StoredMessage = {
    id: `message-${number}`,
    role: 'user',
    author: { id: '234567890123456789', name: 'Ada' },
    content: textOf(shape.user.characters, number),
    discordMessageIds: [`${345_678_901_234 + number}`],
    at: 1_700_000_000_000 + number,
    tokens: { [TOKENIZER]: shape.user.tokens },
  };
  const reply: StoredMessage = {
    id: `reply-${number}`,
    role: 'assistant',
    author: { id: 'self', name: 'Bot' },
    content: textOf(shape.reply.characters, number),
    discordMessageIds: [`${456_789_012_345 + number}`],
    at: 1_700_000_000_500 + number,
    replyTo: user.id,
    model: 'some-model-70b',
    finish: 'stop',
    tokens: { [TOKENIZER]: shape.reply.tokens },
  };
  return { user, reply };
}

function textOf(characters: number, number: number): string {
  return `${number} ${TEXT.repeat(Math.ceil(characters / TEXT.length))}`.slice(0, characters);
}
