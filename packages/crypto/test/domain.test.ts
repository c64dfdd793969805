import { utf8 } from '@ruvector/core';
import { DST } from '@ruvector/crypto';
import { expect, it } from 'vitest';

it('DST ends each label with a zero byte, so that no label begins another', () => {
  expect(DST('receipt')).toEqual(utf8('ruvector-edge/2/receipt\0'));
});
