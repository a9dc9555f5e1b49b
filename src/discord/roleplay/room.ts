export { invite, leave } from './company.ts';
export { askWhoGoesOn, continueNewest, offerSpeakers, speakNext } from './cue.ts';
export { askToEnd, end, resume, sendTranscript } from './end.ts';
export { clearNote, openNoteAgain, openNoteForm, saveNote, showNote, undoNote } from './note.ts';
export { chooseOrder } from './order.ts';
export { openSayForm, say } from './say.ts';
export { start } from './start.ts';
export { suggestGreetings, suggestPersonas, suggestPlaying } from './suggest.ts';
