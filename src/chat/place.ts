/** Where something is said, as far as settings are inherited. */
export interface Place {
  channelId: string;
  /** Of a thread: the channel that it belongs to. */
  parentId?: string | undefined;
  /** Absent in direct messages. */
  guildId?: string | undefined;
  /** Discord lets only adults in; a thread is as its channel. */
  isAgeRestricted?: boolean | undefined;
}
