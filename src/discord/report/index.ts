export { REASON_MAX_LENGTH as REPORT_REASON_MAX_LENGTH } from './menu.ts';
export { createReportRoom } from './room.ts';
