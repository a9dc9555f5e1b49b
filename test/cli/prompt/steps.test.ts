import { describe, expect, test } from '@jest/globals';
import { requestsOf, wren } from './scene.ts';

const HELLO = 'assistant: Hello, Robin.';
const NUDGE = 'system: [Continue your last message without repeating its original content.]';
const said = (text: string) => ({ name: 'Robin', is_user: true, mes: text });
const spoken = (text: string) => ({ name: 'Wren', is_user: false, mes: text });

describe('a fresh chat', () => {
  test('begins with the greeting, of which the macros are expanded', async () => {
    expect(await requestsOf({ steps: [{ op: 'send', text: 'I am {{user}}.' }] })).toEqual([
      [HELLO, 'user: I am {{user}}.'],
    ]);
  });

  test.each([
    ['the first alternative, where there is no first message', '', 0, ['assistant: A Robin.']],
    ['the next one after a swipe', 'F.', 1, ['assistant: A Robin.']],
    ['the first one again behind the last', 'F.', 3, ['assistant: F.']],
  ])('begins with %s', async (_, first_mes, swipes, expected) => {
    const card = wren({ first_mes, alternate_greetings: ['A {{user}}.', 'B'] });
    const steps = [...Array.from({ length: swipes }, () => ({ op: 'swipe_greeting' })), { op: 'generate' }];
    expect(await requestsOf({ cards: [card], steps })).toEqual([expected]);
  });

  test('may be with a character of whom only the name is known', async () => {
    const preset = { prompts: [{ identifier: 'main', content: '{{char}}.' }] };
    expect(await requestsOf({ cards: [{ name: 'Ada' }], preset, steps: [{ op: 'generate' }] })).toEqual([
      ['system: Ada.'],
    ]);
  });

  test('may be one without any message', async () => {
    expect(await requestsOf({ cards: [wren({ first_mes: '' })], chat: [], steps: [{ op: 'generate' }] })).toEqual([[]]);
  });
});

describe('the steps', () => {
  test('replies are numbered, unless the step says them', async () => {
    const steps = [
      { op: 'send', text: 'a' },
      { op: 'send', text: 'b', reply: 'My own.' },
      { op: 'send', text: 'c' },
    ];
    expect((await requestsOf({ steps })).at(-1)).toEqual([
      HELLO,
      'user: a',
      'assistant: Golden reply 1.',
      'user: b',
      'assistant: My own.',
      'user: c',
    ]);
  });

  test('regenerate takes the last reply back, but no message of the user', async () => {
    const steps = [{ op: 'regenerate' }, { op: 'regenerate' }, { op: 'send', text: 'b' }];
    expect(await requestsOf({ chat: [said('a')], steps })).toEqual([
      ['user: a'],
      ['user: a'],
      ['user: a', 'assistant: Golden reply 2.', 'user: b'],
    ]);
  });

  test('a swipe asks without the reply, and then shows the new one', async () => {
    const steps = [{ op: 'swipe' }, { op: 'send', text: 'b' }];
    expect(await requestsOf({ chat: [said('a'), spoken('Old.')], steps })).toEqual([
      ['user: a'],
      ['user: a', 'assistant: Golden reply 1.', 'user: b'],
    ]);
  });

  test('a swipe shows the next alternative if there is one', async () => {
    const last = { ...spoken('One.'), swipes: ['One.', 'Two.'], swipe_id: 0 };
    expect(await requestsOf({ chat: [said('a'), last], steps: [{ op: 'swipe' }, { op: 'generate' }] })).toEqual([
      ['user: a', 'assistant: Two.'],
    ]);
  });

  test.each([
    ['The oil is', ' ', 'The oil is Golden reply 1.'],
    ['The oil is ', ' ', 'The oil is Golden reply 1.'],
    ['The oil', '', 'The oilGolden reply 1.'],
  ])('continue adds to %j behind %j', async (text, continue_postfix, expected) => {
    const steps = [{ op: 'continue' }, { op: 'generate' }];
    const settings = { continue_postfix };
    expect(await requestsOf({ settings, chat: [said('a'), spoken(text)], steps })).toEqual([
      ['user: a', `assistant: ${text}`, NUDGE],
      ['user: a', `assistant: ${expected}`],
    ]);
  });

  test('quiet prompts and impersonation leave the chat as it is', async () => {
    const steps = [{ op: 'quiet', prompt: 'Weather, {{user}}?' }, { op: 'impersonate' }, { op: 'generate' }];
    const preset = { impersonation_prompt: 'Be {{user}}.' };
    expect(await requestsOf({ preset, chat: [said('a')], steps })).toEqual([
      ['user: a', 'system: Weather, Robin?'],
      ['user: a', 'system: Be Robin.'],
      ['user: a'],
    ]);
  });

  test('where the user says nothing, the preset may say something for them', async () => {
    const settings = { send_if_empty: ' Go on, {{char}}. ' };
    expect(
      await requestsOf({ settings, chat: [said('a')], steps: [{ op: 'generate' }, { op: 'send', text: 'b' }] }),
    ).toEqual([
      ['user: a', 'user: Go on, Wren.'],
      ['user: a', 'user: Go on, Wren.', 'assistant: Golden reply 1.', 'user: b'],
    ]);
  });

  test('what is escaped in a chat of SillyTavern is not, where no macro counts', async () => {
    const chat = [spoken('\\{\\{user\\}\\} {{user}}'), said('\\{\\{user\\}\\} {{user}}')];
    expect(await requestsOf({ chat, steps: [{ op: 'generate' }] })).toEqual([
      ['assistant: {{user}} Robin', 'user: {{user}} {{user}}'],
    ]);
  });

  test('hidden messages are not sent', async () => {
    const chat = [said('a'), { ...spoken('Hidden.'), is_system: true }, said('b')];
    expect(await requestsOf({ chat, steps: [{ op: 'generate' }] })).toEqual([['user: a', 'user: b']]);
  });

  test('slash commands write, hide and set what macros read', async () => {
    const text =
      '/send a | /sys A bell. | /sendas name="Dr. Ada" Hm. | /setvar key=n 5 | /setglobalvar key=g 6 | /send gone | /hide | /hide 0-1 | /unhide 1';
    const card = wren({ first_mes: 'x', description: '{{getvar::n}}{{getglobalvar::g}}' });
    const steps = [
      { op: 'slash', text },
      { op: 'slash', text: '/trigger' },
    ];
    expect(await requestsOf({ cards: [card], steps })).toEqual([
      ['system: 56', 'user: a', 'system: A bell.', 'assistant: Dr. Ada: Hm.'],
    ]);
  });

  test('slash commands ask quietly and put texts among the messages', async () => {
    const steps = [
      { op: 'slash', text: '/inject id=x depth=1 role=user Injected.' },
      { op: 'slash', text: '/gen The weather?' },
      { op: 'generate' },
    ];
    expect(await requestsOf({ chat: [said('a')], steps })).toEqual([
      ['user: Injected.', 'user: a', 'system: The weather?'],
      ['user: Injected.', 'user: a'],
    ]);
  });

  test.each([
    [{ op: 'slash', text: '/inject position=after x' }, '/inject knows no position but “chat” here, not “after”.'],
    [{ op: 'dance' }, 'Step 1 has an operation that is not known: “dance”.'],
    [{ op: 'slash', text: '/dance 3' }, 'The slash command “/dance 3” is not known here.'],
    [{ op: 'slash', text: '/trigger Nobody' }, 'There is nobody called “Nobody” to trigger.'],
  ])('what cannot be done is said: %j', async (step, message) => {
    await expect(requestsOf({ steps: [step] })).rejects.toThrow(message);
  });
});

describe('variables', () => {
  test('what a card sets is known to the preset, also the first time', async () => {
    const preset = { prompts: [{ identifier: 'main', content: 'main {{getvar::x}}' }] };
    const card = wren({
      first_mes: '',
      description: '{{getvar::y}}',
      personality: '{{setvar::x::1}}{{setvar::y::2}}p',
    });
    expect(await requestsOf({ cards: [card], preset, steps: [{ op: 'generate' }] })).toEqual([
      ['system: main 1', 'system: 2', 'system: p'],
    ]);
  });

  test('outlets are known to lore and preset, also the first time, and not to cards', async () => {
    const entry = (changes: object) => ({ key: [], constant: true, ...changes });
    const lorebooks = {
      Book: {
        entries: {
          0: entry({ uid: 0, content: 'out', position: 7, outletName: 'spot' }),
          1: entry({ uid: 1, content: 'lore [{{outlet::spot}}]' }),
        },
      },
    };
    const preset = { prompts: [{ identifier: 'main', content: 'main [{{outlet::spot}}]' }] };
    const card = wren({ first_mes: '', description: 'card [{{outlet::spot}}]' });
    const links = { global: ['Book'] };
    const steps = [{ op: 'generate' }];
    expect(await requestsOf({ cards: [card], preset, lorebooks, world_info_links: links, steps })).toEqual([
      ['system: main [out]', 'system: lore [out]', 'system: card []'],
    ]);
  });

  test('those of the chat are kept from step to step', async () => {
    const card = wren({ first_mes: '', post_history_instructions: '{{getvar::mood}}' });
    const chat_metadata = { variables: { mood: 'calm' } };
    expect(await requestsOf({ cards: [card], chat_metadata, steps: [{ op: 'generate' }] })).toEqual([['system: calm']]);
  });
});
