import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseListenAddress } from '../src/listen-address.js';

describe('parseListenAddress', () => {
  it.each([
    ['ws://127.0.0.1:0', '127.0.0.1', 0],
    ['ws://127.0.0.1:8080/', '127.0.0.1', 8080],
    ['WS://localhost:65535', 'localhost', 65_535],
    ['ws://[::1]:9', '::1', 9],
    ['ws://a-host.example:80', 'a-host.example', 80],
  ])('reads %s', (listen, host, port) => {
    expect(parseListenAddress(listen)).toEqual({ host, port });
  });

  it.each([
    '',
    'ws://',
    'ws://127.0.0.1',
    'ws://127.0.0.1:',
    'ws://127.0.0.1:-1',
    'ws://127.0.0.1:65536',
    'ws://127.0.0.1:99999',
    'ws://127.0.0.1:1e3',
    'ws://:8080',
    'wss://127.0.0.1:0',
    'http://127.0.0.1:0',
    '127.0.0.1:0',
    'ws://user:password@127.0.0.1:0',
    'ws://127.0.0.1:0/path',
    'ws://127.0.0.1:0?query',
    'ws://127.0.0.1:0\n',
    ' ws://127.0.0.1:0',
    'ws://[::1:9',
  ])('refuses %j and says what would be right', (listen) => {
    expect(() => parseListenAddress(listen)).toThrow(RangeError);
    expect(() => parseListenAddress(listen)).toThrow(/^listen must have the form ws:\/\/host:port/);
  });

  it.each([undefined, null, 0, 8080, {}, ['ws://127.0.0.1:0'], new URL('ws://127.0.0.1:1')])(
    'refuses %s, which is no string',
    (listen) => {
      expect(() => parseListenAddress(listen)).toThrow(TypeError);
    },
  );

  it('reads every address that it could have been given', () => {
    const address = fc.tuple(fc.ipV4(), fc.nat(65_535));
    fc.assert(
      fc.property(address, ([host, port]) => {
        expect(parseListenAddress(`ws://${host}:${port}`)).toEqual({ host, port });
      }),
    );
  });

  it('answers or refuses any text, quickly', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        expect(() => parseListenAddress(`ws://${text}`)).toThrow(RangeError);
      }),
      { seed: 1 },
    );
    expect(() => parseListenAddress(`ws://${'a.'.repeat(1_000_000)}`)).toThrow(/got "ws:.{0,90}$/);
  });
});
