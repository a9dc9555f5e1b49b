import type { Place } from '../../chat/place.ts';
import { longId, shortId } from './short-id.ts';

const WRITTEN = /^([\da-z]+)\.([\da-z]*)\.(.{1,30})$/;

/** What a button below a report says of the reply: where it is, and which one, or who spoke. */
export interface ReportedId extends Pick<Place, 'channelId' | 'parentId'> {
  /** Up to 30 characters. */
  what: string;
}

/** At most 58 characters. */
export function writeReportedId({ channelId, parentId, what }: ReportedId): string {
  return `${shortId(channelId)}.${parentId === undefined ? '' : shortId(parentId)}.${what}`;
}

/** Undefined for what {@link writeReportedId} did not write. */
export function readReportedId(id: string): ReportedId | undefined {
  const [, channel = '', parent = '', what = ''] = WRITTEN.exec(id) ?? [];
  const [channelId, parentId] = [longId(channel), longId(parent)];
  if (channelId === undefined || (parent !== '' && parentId === undefined)) return undefined;
  return { channelId, ...(parentId === undefined ? {} : { parentId }), what };
}
