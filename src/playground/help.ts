export const HELP = `Type as in Discord:
  /ask prompt: why is the sky blue?   a slash command; also /models list, /settings, /status, /help
    with model: NAME, private: true, file: ./notes.txt behind it, if you like
  @Dramatis hello                     a message that mentions the bot
Beside it:
  :press Stop          presses a button of the newest message that has it; a part of its label will do
  :choose NAME, NAME   chooses from the newest menu; :fill Label: text; Label: text fills in an open form
  :menu Regenerate     uses what the bot has in the menu of the last message; :menu alone lists it
  :file ./card.png hi  posts a file, with a text if you like; :edit TEXT, :delete change your last message
  :save NAME ./PATH    writes a file that was sent here to your disk; :save alone the newest, where you are
  :crowd 20 and why?   lets 20 other members ask at once: watch the line grow and move
  :in NAME             goes to a thread and shows what was said last; also :in dm, general, after-dark (for adults)
  :as Bob              speaks as another member; Alice is an admin, Bob and Carol are not
  :kill, :restart      ends the bot at once (SIGKILL) or gently, and starts it again on what it stored
  :help, :quit         this text; the end (also Ctrl-C)
`;
