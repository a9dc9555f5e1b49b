/** There is no place (any more) where the reply could be shown: deleted, closed, or out of the bot's reach. */
export class PlaceGone extends Error {
  override name = 'PlaceGone';

  constructor(cause: unknown) {
    super('there is no place for the reply', { cause });
  }
}
