import { createParser } from 'eventsource-parser';
import { CompletionError } from './errors.ts';

/** One event holds one token, or at worst a whole reply. */
const EVENT_MAX_LENGTH = 4 * 1024 * 1024;

/**
 * Reads a stream of server-sent events. Comments (`: ping`) and fields other than `data` yield nothing; chunks may split
 * lines and characters anywhere.
 *
 * @returns the data of the events, in one batch per network chunk, so that the cost of an `await` is per chunk, not per token.
 * @throws CompletionError `malformed` when one event is absurdly long, and whatever the stream throws.
 */
export async function* readEventData(body: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  let batch: string[] = [];
  let isTooLong = false;
  const decoder = new TextDecoder();
  const parser = createParser({
    maxBufferSize: EVENT_MAX_LENGTH,
    onEvent: ({ data }) => batch.push(data),
    onError: ({ type }) => {
      isTooLong ||= type === 'max-buffer-size-exceeded';
    },
  });
  function feed(text: string): string[] {
    batch = [];
    parser.feed(text);
    if (isTooLong) throw new CompletionError('malformed');
    return batch;
  }
  for await (const bytes of body) yield feed(decoder.decode(bytes, { stream: true }));
  // A server that hangs up right after its last line owes the blank line that ends the event.
  yield feed(`${decoder.decode()}\n\n`);
}
