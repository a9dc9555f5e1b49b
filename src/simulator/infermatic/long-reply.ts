const code = (model: string) => `\`\`\`js
// Counts the words of a text, the longest first.
function countWords(text) {
  const counts = new Map();
  for (const word of text.toLowerCase().match(/\\p{L}+/gu) ?? []) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => b.length - a.length);
}

console.log(countWords('A long answer by ${model}'));
\`\`\``;

/** A markdown answer of more than 2,000 characters: headings, lists, a table of contents in words, and code. */
export const longReply = (model: string, asked: string) => `# A long answer

You asked: "${asked}". This is **${model}**, and this text is longer than one Discord message may be, so that you can watch how it is divided while it grows.

## 1. Where to begin

Every long text begins with a short one. The first words decide whether somebody reads on, and a good beginning says three things:

- what the text is about, in one plain sentence;
- why it matters to the person who reads it;
- how long it is going to take, which is kind and rarely done.

A lighthouse keeper once wrote a letter of forty pages that began with the words *nothing happened today*. It was read aloud in the harbour for years, because everyone wanted to know how nothing could fill forty pages. It could: the weather changed eleven times, a gull learned to open the bread tin, and the lamp was lit four minutes late.

## 2. What holds the middle together

1. **One thought per paragraph.** When a paragraph holds two, the second is usually the better one, and nobody finds it.
2. **Examples before rules.** A rule without an example is forgotten at the next full stop.
3. **Something to look at.** A list, a quotation or a few lines of code give the eye a place to rest.

> The middle of a text is where its writer stops performing and starts to think.

Here is something to look at. The line breaks and the indentation of this block have to survive the division into several messages:

${code(model)}

### An aside on patience

Streams teach patience. The words arrive one after the other at their own pace, and there is no way to make the tenth come before the ninth. What can be done is to show each of them as soon as it is there, and never to take one back.

## 3. How to stop

An ending needs less than most people give it. It is enough to look back once, to say what has changed since the first line, and then to leave without slamming the door. The keeper's letter ended with *the lamp is lit, good night*, and no reader has ever asked for more.

In short: begin plainly, keep one thought per paragraph, and stop when the lamp is lit.`;
