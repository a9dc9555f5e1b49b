/** One JSON value that outlives the process, for rooms that may not know the store. */
export interface Document {
  /** Undefined if nothing was written yet. */
  read(): Promise<unknown>;
  write(value: unknown): Promise<void>;
}
