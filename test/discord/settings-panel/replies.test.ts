import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Here } from '../../../src/simulator/discord/index.ts';
import { changed, fill, openPanel, press, rowsOf, save, standing, toldBy } from '../../support/panel.ts';
import { forged } from '../dispatch-scene.ts';
import { type PanelScene, startPanel } from './scene.ts';

const SAMPLING = 'Temperature, Top P …';
const MORE = 'Penalties, stop, length';

let scene: PanelScene;
let here: Here;
const inChannel = () => scene.stored.read({ channelId: here.channelId });

beforeAll(async () => {
  scene = await startPanel();
});
beforeEach(async () => {
  here = scene.mia.in(scene.newRoom());
  await scene.stored.update({ guildId: scene.guild.id }, () => ({}));
});
afterAll(async () => {
  await scene.close();
  expect(scene.log).toEqual([]);
});

/** The lines of the panel that name one of these settings. */
function linesOf(content: string, ...labels: string[]): string[] {
  return content.split('\n').filter((line) => labels.some((label) => line.startsWith(`- ${label} (`)));
}

test('without any setting the recommended values are in force', async () => {
  const panel = await openPanel(here, 'Answers');
  expect(panel.content).toBe(
    [
      '**Answers** · how the model writes',
      'The nearest setting counts: this channel, else the whole server, else the recommended one. In force here:',
      '- Temperature (higher is bolder): **0.7** · recommended',
      '- Top P (lower drops unlikely words): the API’s own',
      '- Top K (how many words to choose from): **40** · recommended',
      '- Min P (higher drops unlikely words): the API’s own',
      '- Repetition penalty (higher repeats less): **1.2** · recommended',
      '- Presence penalty (higher brings up new things): the API’s own',
      '- Frequency penalty (higher varies the words): the API’s own',
      '- Stop strings (where an answer ends): none',
      '- Longest answer (a token is about ¾ of a word): **2,000 tokens** · recommended',
      'Set for this channel: nothing. The buttons below change this.',
    ].join('\n'),
  );
  expect(rowsOf(panel)).toEqual([
    '[This channel] | Whole server',
    `${SAMPLING} | ${MORE} | [Reset]`,
    'Model | [Answers] | Personas | Limits | API key',
  ]);
});

describe('a form', () => {
  test('sets values of this channel, says which, and shows where each comes from', async () => {
    const panel = await openPanel(here, 'Answers');
    const set = await save(here, panel, [SAMPLING, { temperature: '0,9', topP: '.8' }]);
    expect(set.content).toMatch(
      /^\*\*Saved\*\* for this channel:\n- Temperature: not set → 0\.9\n- Top P: not set → 0\.8\n\n\*\*Answers\*\*/,
    );
    expect(linesOf(set.content, 'Temperature', 'Top P', 'Top K')).toEqual([
      '- Temperature (higher is bolder): **0.9** · this channel (recommended 0.7)',
      '- Top P (lower drops unlikely words): **0.8** · this channel',
      '- Top K (how many words to choose from): **40** · recommended',
    ]);
    expect(set.content).toContain('Set for this channel: Temperature 0.9, Top P 0.8. ');
    expect(await inChannel()).toEqual({ sampling: { temperature: 0.9, topP: 0.8 } });
  });

  test('has everything in it that the other has not, and leaves that alone', async () => {
    const panel = await openPanel(here, 'Answers');
    const first = await save(here, panel, [SAMPLING, { topK: '20', minP: '0.1', repetitionPenalty: '1' }]);
    await save(here, first, [
      MORE,
      { presencePenalty: '-1', frequencyPenalty: '0.5', stop: '\\nUser:\n`x`', maxReplyTokens: '3000' },
    ]);
    expect(await inChannel()).toEqual({
      sampling: {
        topK: 20,
        minP: 0.1,
        repetitionPenalty: 1,
        presencePenalty: -1,
        frequencyPenalty: 0.5,
        stop: ['\nUser:', '`x`'],
        maxReplyTokens: 3_000,
      },
    });
    const { content } = await openPanel(here, 'Answers');
    expect(linesOf(content, 'Stop strings', 'Longest answer')).toEqual([
      '- Stop strings (where an answer ends): **`\\nUser:` `ˋxˋ`** · this channel',
      '- Longest answer (a token is about ¾ of a word): **3,000 tokens** · this channel (recommended 2,000 tokens)',
    ]);
  });

  test('opens with what is set; blank unsets, and the next level counts again', async () => {
    const sampling = { temperature: 0.9, stop: ['\n', 'a\\b'] };
    await scene.stored.update({ channelId: here.channelId }, () => ({ sampling }));
    await scene.stored.update({ guildId: scene.guild.id }, () => ({ sampling: { temperature: 0.4 } }));
    const panel = await openPanel(here, 'Answers');
    const more = await here.click(panel, MORE);
    await more.acknowledged;
    expect(standing(more)).toEqual({
      presencePenalty: '',
      frequencyPenalty: '',
      stop: '\\n\na\\\\b',
      maxReplyTokens: '',
    });
    await here.submitModal(more, {});
    await changed(here, panel);
    const opened = await here.click(panel, SAMPLING);
    await opened.acknowledged;
    expect(opened.modal).toMatchObject({ title: 'Answers: this channel' });
    expect(standing(opened)).toEqual({ temperature: '0.9', topP: '', topK: '', minP: '', repetitionPenalty: '' });

    const unset = await save(here, panel, [SAMPLING, { temperature: '' }]);
    expect(unset.content).toContain('- Temperature: 0.9 → not set\n');
    expect(linesOf(unset.content, 'Temperature')).toEqual([
      '- Temperature (higher is bolder): **0.4** · the whole server (recommended 0.7)',
    ]);
    expect(await inChannel()).toEqual({ sampling: { stop: ['\n', 'a\\b'] } });
  });

  test('submitted as it opened changes nothing', async () => {
    const panel = await openPanel(here, 'Answers');
    expect((await save(here, panel, [SAMPLING, {}])).content).toMatch(/^Nothing was changed\.\n\n\*\*Answers\*\*/);
    expect(await inChannel()).toEqual({});
  });

  test('that two admins have open at once keeps what each of them changed', async () => {
    await scene.stored.update({ channelId: here.channelId }, () => ({ sampling: { topK: 5, minP: 0.1 } }));
    const panel = await openPanel(here, 'Answers');
    const opened = await here.click(panel, SAMPLING);
    await opened.acknowledged;
    const other = scene.ida.in({ id: here.channelId });
    await save(other, await openPanel(other, 'Answers'), [SAMPLING, { temperature: '0.3', minP: '' }]);
    await here.submitModal(opened, { topK: '6' });
    expect((await changed(here, panel)).content).toMatch(/^\*\*Saved\*\* for this channel:\n- Top K: 5 → 6\n\n/);
    expect(await inChannel()).toEqual({ sampling: { temperature: 0.3, topK: 6 } });
  });

  test('with a value out of range says which, and changes nothing of it', async () => {
    const panel = await openPanel(here, 'Answers');
    const submitted = await fill(here, panel, [SAMPLING, { temperature: '0.5', topP: '7' }]);
    expect(await toldBy(submitted)).toBe('Top P must be a number above 0, up to 1 (off), for example `0.9`.');
    expect(await inChannel()).toEqual({});
    expect(here.messages().find(({ id }) => id === panel.id)).toEqual(panel);
  });
});

describe('the scope', () => {
  test('can be the whole server, while this channel’s own values stay in force here', async () => {
    await scene.stored.update({ channelId: here.channelId }, () => ({ sampling: { temperature: 0.9 } }));
    const panel = await press(here, await openPanel(here, 'Answers'), 'Whole server');
    expect(rowsOf(panel)[0]).toBe('This channel | [Whole server]');
    expect(panel.content).toContain('Set for the whole server: nothing. ');
    const set = await save(here, panel, [SAMPLING, { temperature: '0.4', topK: '10' }]);
    expect(set.content).toMatch(/^\*\*Saved\*\* for the whole server:\n- Temperature: not set → 0\.4\n/);
    expect(rowsOf(set)[0]).toBe('This channel | [Whole server]');
    expect(linesOf(set.content, 'Temperature', 'Top K')).toEqual([
      '- Temperature (higher is bolder): **0.9** · this channel (recommended 0.7)',
      '- Top K (how many words to choose from): **10** · the whole server (recommended 40)',
    ]);
    expect(await scene.inServer()).toEqual({ sampling: { temperature: 0.4, topK: 10 } });
    expect(await inChannel()).toEqual({ sampling: { temperature: 0.9 } });
    expect((await openPanel(here)).content).toContain('- Answers: 1 set for this channel, 2 set for the whole server');
  });

  test('in a thread is the thread, its channel or the whole server', async () => {
    const thread = await here.startThread({ name: 'aside' });
    const inside = scene.mia.in(thread);
    const panel = await openPanel(inside, 'Answers');
    expect(rowsOf(panel)[0]).toBe('[This thread] | Its channel | Whole server');
    const own = await save(inside, panel, [SAMPLING, { temperature: '0.1' }]);
    const outer = await press(inside, own, 'Its channel');
    const both = await save(inside, outer, [SAMPLING, { temperature: '0.2', topK: '5' }]);
    expect(linesOf(both.content, 'Temperature', 'Top K')).toEqual([
      '- Temperature (higher is bolder): **0.1** · this thread (recommended 0.7)',
      '- Top K (how many words to choose from): **5** · its channel (recommended 40)',
    ]);
    expect(await scene.stored.read({ channelId: thread.id })).toEqual({ sampling: { temperature: 0.1 } });
    expect(await inChannel()).toEqual({ sampling: { temperature: 0.2, topK: 5 } });
  });

  test.each(['settings:replies:thread', 'settings-edit:replies:more:thread', `settings-do:replies:reset:1234`])(
    'cannot be made up: %s',
    async (customId) => {
      const message = await forged(scene, here, { type: 2, style: 2, label: 'Old', custom_id: customId });
      expect(await toldBy(await here.click(message, 'Old'))).toBe('This button belongs to another place.');
    },
  );
});

describe('Reset', () => {
  const sampling = { temperature: 0.9, stop: ['###'] };

  beforeEach(async () => {
    await scene.stored.update({ channelId: here.channelId }, () => ({ sampling }));
    await scene.stored.update({ guildId: scene.guild.id }, () => ({ sampling: { topK: 10 } }));
  });

  test('unsets everything of one scope, and can be undone', async () => {
    const reset = await press(here, await openPanel(here, 'Answers'), 'Reset');
    expect(reset.content).toMatch(/^\*\*Reset\.\*\* Removed for this channel: Temperature, Stop strings\.\n\n/);
    expect(reset.content).toContain('Set for this channel: nothing.');
    expect(rowsOf(reset)[0]).toBe('Undo reset');
    expect((await inChannel()).sampling).toBe(undefined);
    expect(await scene.inServer()).toEqual({ sampling: { topK: 10 } });

    const back = await press(here, reset, 'Undo reset');
    expect(back.content).toMatch(/^\*\*Brought back\*\* for this channel\.\n\n/);
    expect(rowsOf(back)[0]).toBe('[This channel] | Whole server');
    expect(await inChannel()).toEqual({ sampling });
  });

  test('is not undone over what somebody set since, nor twice', async () => {
    const reset = await press(here, await openPanel(here, 'Answers'), 'Reset');
    const other = scene.ida.in({ id: here.channelId });
    await save(other, await openPanel(other, 'Answers'), [SAMPLING, { temperature: '0.3' }]);
    const refused = await press(here, reset, 'Undo reset');
    expect(refused.content).toMatch(/^Settings for this channel were made since, so nothing was brought back\.\n\n/);
    expect(refused.content).toContain('Set for this channel: Temperature 0.3. ');

    await scene.stored.update({ channelId: here.channelId }, () => ({}));
    const message = await forged(scene, here, {
      type: 2,
      style: 2,
      label: 'Old',
      custom_id: 'settings-do:replies:undo:channel',
    });
    expect((await press(here, message, 'Old')).content).toMatch(/^There is nothing to bring back\.\n\n/);
  });

  test('of what another admin has reset meanwhile says so', async () => {
    const panel = await openPanel(here, 'Answers');
    await scene.stored.update({ channelId: here.channelId }, () => ({}));
    expect((await press(here, panel, 'Reset')).content).toMatch(/^Nothing is set for this channel\.\n\n/);
  });
});
