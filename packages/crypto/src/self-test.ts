import { equalBytes, fromHex, utf8 } from '@ruvector/core';
import type { CryptoProvider } from '@ruvector/core';

type Check = (provider: CryptoProvider) => boolean;

/** Known answers, one for each primitive; each also has to refuse something. */
const CHECKS: Record<string, Check> = {
  'SHA-256': checkSha256,
  'HKDF-SHA256': checkHkdf,
  Ed25519: checkEd25519,
  X25519: checkX25519,
  'AES-256-GCM': checkGcm,
};

/** @returns why a provider must not be used, or `undefined` if all known answers came out right. */
export function failedSelfTest(provider: CryptoProvider): string | undefined {
  for (const [primitive, check] of Object.entries(CHECKS)) {
    try {
      if (!check(provider)) return `${primitive} gave a wrong answer in the self-test`;
    } catch (error) {
      return `${primitive} failed in the self-test: ${String(error)}`;
    }
  }
  return undefined;
}

/** FIPS 180-2, appendix B.1. */
function checkSha256({ sha256 }: CryptoProvider): boolean {
  return isHex(
    sha256(utf8('abc')),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
}

/** RFC 5869, appendix A.1. */
function checkHkdf({ hkdfSha256 }: CryptoProvider): boolean {
  const salt = fromHex('000102030405060708090a0b0c');
  const info = fromHex('f0f1f2f3f4f5f6f7f8f9');
  return isHex(
    hkdfSha256(new Uint8Array(22).fill(11), salt, info, 42),
    '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
  );
}

/** RFC 8032, §7.1, test 2. */
function checkEd25519({ ed25519 }: CryptoProvider): boolean {
  const secretKey = fromHex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
  const publicKey = ed25519.getPublicKey(secretKey);
  const message = Uint8Array.of(0x72);
  const signature = ed25519.sign(message, secretKey);
  return (
    isHex(publicKey, '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c') &&
    isHex(
      signature,
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
        '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ) &&
    ed25519.verify(signature, message, publicKey) &&
    !ed25519.verify(signature, Uint8Array.of(0x73), publicKey)
  );
}

/** RFC 7748, §6.1; and a key of low order. */
function checkX25519({ x25519 }: CryptoProvider): boolean {
  const secretKey = fromHex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a');
  const peerKey = fromHex('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f');
  return (
    isHex(
      x25519.getPublicKey(secretKey),
      '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
    ) &&
    isHex(
      x25519.getSharedSecret(secretKey, peerKey),
      '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742',
    ) &&
    throws(() => x25519.getSharedSecret(secretKey, new Uint8Array(32)))
  );
}

/** McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", appendix B, test case 16. */
function checkGcm({ aes256gcm }: CryptoProvider): boolean {
  const key = fromHex('feffe9928665731c6d6a8f9467308308'.repeat(2));
  const nonce = fromHex('cafebabefacedbaddecaf888');
  const aad = fromHex('feedfacedeadbeeffeedfacedeadbeefabaddad2');
  const plaintext = fromHex(
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72' +
      '1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
  );
  const sealed = aes256gcm.seal(key, nonce, plaintext, aad);
  const forged = sealed.slice();
  forged[0]! ^= 1;
  return (
    isHex(
      sealed,
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa' +
        '8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662' +
        '76fc6ece0f4e1768cddf8853bb2d551b',
    ) &&
    equalBytes(aes256gcm.open(key, nonce, sealed, aad), plaintext) &&
    throws(() => aes256gcm.open(key, nonce, forged, aad))
  );
}

function throws(f: () => unknown): boolean {
  try {
    f();
    return false;
  } catch {
    return true;
  }
}

function isHex(bytes: Uint8Array, hex: string): boolean {
  return equalBytes(bytes, fromHex(hex));
}
