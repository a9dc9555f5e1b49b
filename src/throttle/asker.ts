/** Who wants a request, and where. */
export interface Asker {
  personId: string;
  channelId: string;
  guildId?: string | undefined;
  /** What nobody waits for is in the background: it starts only when no person's request waits, however long that takes. */
  kind: 'person' | 'background';
}
