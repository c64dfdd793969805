import type {
  Aes256Gcm,
  CompositeSignature,
  Ed25519,
  KeyEncapsulation,
  MlDsa65,
  PostQuantumCryptoProvider,
  X25519,
} from '@ruvector/core';
import { node } from '../both-providers.js';

/** A provider with one flaw, and the titles of exactly those cases that must notice it. */
export interface Saboteur {
  readonly flaw: string;
  readonly caught: readonly string[];
  readonly provider: PostQuantumCryptoProvider;
  /** Primitives that it has from node, untouched, and that some of those cases need. */
  readonly beside?: readonly (keyof PostQuantumCryptoProvider)[];
  /** Compared with the provider that it spoils, so seen without any case of its own. */
  readonly compared?: true;
}

// All spoil the provider of Node, which is quick: the suite runs once for each.
export const { ed25519, x25519, aes256gcm, sha256, hkdfSha256 } = node;
export const { mlDsa65, mlKem768, xwing, compositeSignature } = node;
export const spoilt = (over: Partial<PostQuantumCryptoProvider>) => ({ ...node, ...over });
export const withEd25519 = (over: Partial<Ed25519>) => spoilt({ ed25519: flawed(ed25519, over) });
export const withX25519 = (over: Partial<X25519>) => spoilt({ x25519: flawed(x25519, over) });
export const withGcm = (over: Partial<Aes256Gcm>) => spoilt({ aes256gcm: flawed(aes256gcm, over) });

export const withMlDsa = (over: Partial<MlDsa65>) => spoilt({ mlDsa65: flawed(mlDsa65, over) });
export const withMlKem = (over: Partial<KeyEncapsulation>) =>
  spoilt({ mlKem768: flawed(mlKem768, over) });
export const withXWing = (over: Partial<KeyEncapsulation>) =>
  spoilt({ xwing: flawed(xwing, over) });
export const withComposite = (over: Partial<CompositeSignature>) =>
  spoilt({ compositeSignature: flawed(compositeSignature, over) });

type Methods = Readonly<Record<string, (...args: never[]) => unknown>>;

/** Other methods, which leave it to those that they replace to say what has a wrong type. */
function flawed<T extends object>(honest: T, over: Partial<T>): T {
  const entries = Object.entries(over as Methods).map(([name, method]) => [
    name,
    (...args: never[]) => {
      try {
        (honest as unknown as Methods)[name]!(...args);
      } catch (error) {
        if (error instanceof TypeError) throw error;
      }
      return method(...args);
    },
  ]);
  return { ...honest, ...Object.fromEntries(entries) };
}
