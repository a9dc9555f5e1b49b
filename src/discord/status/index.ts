type ShowStatus = typeof import('./read-status.ts')['showStatus'];

/** Loaded when somebody asks how it is going. */
export const showStatus: ShowStatus = async (asked) => (await import('./read-status.ts')).showStatus(asked);
