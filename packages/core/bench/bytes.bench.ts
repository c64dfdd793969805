import { deepStrictEqual } from 'node:assert';
import { ByteReader, ByteWriter } from '@ruvector/core';
import { bench } from '../../../tools/bench/bench.js';
import { randomBytes } from '../../../tools/bench/seeded-data.js';

const PER = 100;
const HEAD_BYTES = 1 + 4 + 8 + 4;

await bench({ blockBytes: 256 }, async ({ parameters, compare }) => {
  const block = randomBytes(parameters.blockBytes);
  const write = () => new ByteWriter(512).u8(1).u32(7).u64(9n).block(block).bytes();
  const bareWrite = () => {
    const bytes = new Uint8Array(HEAD_BYTES + block.length);
    const view = new DataView(bytes.buffer);
    view.setUint8(0, 1);
    view.setUint32(1, 7);
    view.setBigUint64(5, 9n);
    view.setUint32(13, block.length);
    bytes.set(block, HEAD_BYTES);
    return bytes;
  };
  const message = write();
  deepStrictEqual(message, bareWrite());
  const read = () => {
    const reader = new ByteReader(message, 'message');
    const fields = [reader.u8(), reader.u32(), reader.u64(), reader.block()];
    reader.end();
    return fields;
  };
  const bareRead = () => {
    const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
    const head = [view.getUint8(0), view.getUint32(1), view.getBigUint64(5)];
    return [...head, message.subarray(HEAD_BYTES, HEAD_BYTES + view.getUint32(13))];
  };
  deepStrictEqual(read(), bareRead());
  const many = (call: () => unknown) => () => {
    let last;
    for (let i = 0; i < PER; i++) last = call();
    return last;
  };
  await compare(
    'write a message',
    { ByteWriter: many(write), 'DataView, nothing checked': many(bareWrite) },
    { per: PER },
  );
  await compare(
    'read it',
    { ByteReader: many(read), 'DataView, nothing checked': many(bareRead) },
    { per: PER },
  );
});
