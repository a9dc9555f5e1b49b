import type { UserErrorKind } from '../../core/errors.ts';
import type { ImportReport } from '../import-report.ts';
import type { BookReport } from '../lorebooks/book-report.ts';
import type { LorebookFile } from '../lorebooks/read-lorebook.ts';
import type { Persona } from '../persona.ts';
import type { CardFormat } from './card.ts';
import type { CardFile } from './card-file.ts';
import type { WriteRequest } from './write-card-file.ts';

/** What the main thread asks of the one that reads and writes files. */
export type CardQuestion =
  | { kind: 'card' | 'pictures'; bytes: Uint8Array }
  | { kind: 'lorebook'; bytes: Uint8Array; fileName: string }
  | { kind: 'write'; request: WriteRequest };

export type CardAnswer =
  | { value: unknown }
  | { userError: { kind: UserErrorKind; message: string } }
  | { fault: unknown };

/** What is found out of a large lorebook takes 100 ms, and so the main thread is told of it. */
export interface ReadCardFile extends CardFile {
  persona: Omit<Persona, 'lorebook'>;
  report: ImportReport;
}

/** Cards cross as text: parsing it takes the main thread half as long as taking over objects. */
export type PostedCardFile = Omit<ReadCardFile, 'card'> & { format: CardFormat; json: string };

/** As text too, and without the entries as they were read. */
export type ReadLorebookFile = Pick<LorebookFile, 'format' | 'raw'> & { name: string; report: BookReport };
