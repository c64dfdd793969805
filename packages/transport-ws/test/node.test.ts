import { describe, expect, it } from 'vitest';
import { WsTransport } from '../src/index.js';
import { WsTransport as BrowserTransport } from '../src/index.browser.js';

type Options = ConstructorParameters<typeof WsTransport>[0];
const make = (options: unknown) => () => new WsTransport(options as Options);

describe('new WsTransport', () => {
  it('names the option, its value and the rule', () => {
    expect(make(undefined)).toThrow(TypeError);
    expect(make({})).toThrow(/peerId must be a string, got undefined/);
    expect(make({ peerId: 'a b' })).toThrow(/peerId must be 1 to 128/);
    expect(make({ peerId: 'a', peers: { a: 'ws://x' } })).toThrow(/own peerId "a"/);
    expect(make({ peerId: 'a', peers: { 'b c': 'ws://x' } })).toThrow(/a key of peers/);
    expect(make({ peerId: 'a', peers: { b: 'http://x' } })).toThrow(/peers\["b"\] must be a ws:/);
    expect(make({ peerId: 'a', peers: { b: 'nonsense' } })).toThrow(/peers\["b"\] must be a ws:/);
    expect(make({ peerId: 'a', listen: { port: 70_000 } })).toThrow(/listen.port/);
    expect(make({ peerId: 'a', listen: { port: '80' } })).toThrow(TypeError);
    expect(make({ peerId: 'a', listen: { host: '' } })).toThrow(/listen.host/);
    expect(make({ peerId: 'a', listen: { path: 'x' } })).toThrow(/listen.path must begin with/);
    expect(make({ peerId: 'a', listen: { authorize: true } })).toThrow(/listen.authorize/);
    expect(make({ peerId: 'a', listen: { server: {}, tls: {} } })).toThrow(/listen.tls/);
    expect(make({ peerId: 'a', pingIntervalMs: 0 })).toThrow(/pingIntervalMs/);
    expect(make({ peerId: 'a', highWaterBytes: 10, lowWaterBytes: 10 })).toThrow(/lowWaterBytes/);
    expect(make({ peerId: 'a', linkBytesMax: 1 })).toThrow(/linkBytesMax/);
    expect(make({ peerId: 'a', resumeMs: 2 ** 31 })).toThrow(/resumeMs/);
  });

  it.each([
    [null, /^options must be an object/],
    [{ peerId: 'a', lissten: {} }, /^options must have only .*, got "lissten"/],
    [{ peerId: 'a', listen: null }, /^listen must be an object, got null/],
    [{ peerId: 'a', listen: true }, /^listen must be an object, got true/],
    [{ peerId: 'a', listen: { prot: 1 } }, /^listen must have only .*, got "prot"/],
    [{ peerId: 'a', listen: { server: {} } }, /^listen.server must have a method on/],
    [{ peerId: 'a', listen: { tls: true } }, /^listen.tls must be an object/],
    [{ peerId: 'a', dial: null }, /^dial must be an object/],
    [{ peerId: 'a', dial: { header: {} } }, /^dial must have only headers, tls, got "header"/],
    [{ peerId: 'a', dial: { headers: 'x' } }, /^dial.headers must be an object/],
    [{ peerId: 'a', peers: 'ws://x' }, /^peers must be an object/],
    [{ peerId: 'a', relay: 'no' }, /^relay must be true or false/],
    [{ peerId: 'a', clock: {} }, /^clock must have a method now/],
    [{ peerId: 'a', random: Math.random }, /^random must be an object, got a function/],
    [{ peerId: 'a', entropy: {} }, /^entropy must have a method fill/],
    [{ peerId: 'a', logger: {} }, /^logger must have a method debug/],
  ])('refuses %j with a TypeError', (options, message) => {
    expect(make(options)).toThrow(TypeError);
    expect(make(options)).toThrow(message);
  });

  it('does not show a URL that it refuses, since it may hold a secret', () => {
    const url = 'http://user:secret@host/';
    expect(make({ peerId: 'a', peers: { b: url } })).not.toThrow(/secret/);
  });

  it('opens nothing by itself', () => {
    expect(make({ peerId: 'a', listen: {}, peers: { b: 'ws://127.0.0.1:9' } })().stats()).toEqual({
      sent: 0,
      received: 0,
      dropped: 0,
      bufferedBytes: 0,
      relayed: 0,
      links: 0,
    });
  });

  it('of the browser door refuses listen and dial with a TypeError', () => {
    const browser = (options: unknown) => () => new BrowserTransport(options as { peerId: string });
    expect(browser({ peerId: 'a', listen: {} })).toThrow(/listen is not possible in a browser/);
    expect(browser({ peerId: 'a', dial: {} })).toThrow(/dial is not possible in a browser/);
  });
});
