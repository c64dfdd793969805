import { describe, expect, it } from 'vitest';
import { Narrator, printable, progressLine } from '../src/narrator.js';

const collect = (isTTY: boolean, columns?: number) => {
  const output = { isTTY, columns, text: '', write: (text: string) => (output.text += text) };
  return output;
};

describe('Narrator', () => {
  it('says plain lines where there is no terminal, and progress in quarters', () => {
    const output = collect(false);
    const narrator = new Narrator(output);
    for (let done = 1; done <= 10; done++) {
      narrator.progress('documents', done, 10);
      if (done === 6) narrator.say('something happened');
    }
    expect(output.text.split('\n')).toEqual([
      'documents: 3 of 10',
      'documents: 5 of 10',
      'something happened',
      'documents: 8 of 10',
      'documents: 10 of 10',
      '',
    ]);
    expect(output.text).not.toContain('\u001b');
  });

  it('keeps the bar below what it says on a terminal, and ends it with a line break', () => {
    const output = collect(true, 80);
    const narrator = new Narrator(output);
    narrator.progress('documents', 1, 2);
    narrator.say('hello');
    narrator.progress('documents', 2, 2);
    narrator.say('bye');
    const bar = progressLine('documents', 1, 2);
    const erase = '\r\u001b[K';
    const last = progressLine('documents', 2, 2);
    expect(output.text).toBe(`${bar}${erase}hello\n${bar}${erase}${last}\nbye\n`);
  });

  it('never draws a bar wider than the terminal', () => {
    const output = collect(true, 20);
    new Narrator(output).progress('documents', 1, 2);
    expect(output.text).toHaveLength(19);
  });

  it('lets no name steer the terminal', () => {
    expect(printable('a\u001b[2Jb\nc\u202ed')).toBe('a·[2Jb·c·d');
    const output = collect(false);
    new Narrator(output).say('evil\rname');
    expect(output.text).toBe('evil·name\n');
  });
});

describe('progressLine', () => {
  it('shows nothing done, half and all', () => {
    expect(progressLine('x', 0, 4)).toBe(`x ${'░'.repeat(30)} 0 % 0/4`);
    expect(progressLine('x', 2, 4)).toBe(`x ${'█'.repeat(15)}${'░'.repeat(15)} 50 % 2/4`);
    expect(progressLine('x', 4, 4)).toBe(`x ${'█'.repeat(30)} 100 % 4/4`);
  });
});
