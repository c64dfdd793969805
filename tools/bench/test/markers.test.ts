import { describe, expect, it } from 'vitest';
import { markedBenches, withoutTables, withTable } from '../markers.js';

const pair = (name: string, inside = '\n') =>
  `<!-- bench:${name} -->${inside}<!-- /bench:${name} -->`;
const text = `before\n${pair('core/a')}\nbetween $&\n${pair('core/b', ' old ')}\nafter`;

describe('markers', () => {
  it('name the benches whose tables a text wants', () => {
    expect(markedBenches(text)).toEqual(['core/a', 'core/b']);
  });

  it('get the table between them, and nothing else of the text changes', () => {
    const table = '| $& | $1 |';
    const written = withTable(text, 'core/b', table);
    expect(written).toBe(text.replace(' old ', () => `\n\n${table}\n\n`));
    expect(withTable(written, 'core/b', table)).toBe(written);
  });

  it('of another bench stay as they are', () => {
    expect(withTable(text, 'core/c', 'table')).toBe(text);
  });

  it('are what a text without its tables lacks', () => {
    expect(withoutTables(text)).toBe('before\n\nbetween $&\n\nafter');
  });
});
