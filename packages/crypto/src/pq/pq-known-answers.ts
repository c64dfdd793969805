// What comes out for what, in hexadecimal. Public keys and signatures are too long to be carried
// along and are recorded by their SHA-256.

/** The ML-DSA half of the example in draft-ietf-lamps-pq-composite-sigs-19. */
export const ML_DSA_ANSWER = {
  seed: '23a578205289555e65ddf567601cb4715fb593a7796a8f71d668c3bca876d937',
  publicKey: '4614462ed792f9bc55167f3c0eb72276c8516b63c9bf7c4f31f3f6fde2019f17',
  /** The deterministic one of "self-test" under the context "context". */
  signature: 'c43a16f3d6274b11ba944c738c392325a6f3e3ae89acdc13e9e12d237e4fcf82',
};

/** A key of ones, to which twos are encapsulated; then implicit rejection (FIPS 203 §6.3). */
export const ML_KEM_ANSWER = {
  publicKey: 'e68d60857f9cb41f88c278ca430e472c6df5679fd5bac3ce872334293c5d0c42',
  sharedSecret: 'adb494c04fc78a643c632686e4c76ea471b4b7c30a14a5592dd3b0b8e6730359',
  /** For the same ciphertext with its first bit flipped. */
  otherSecret: '8f93d09b6ee99bd05521029b15bf11c73e16abd0bf2f1d4a0073b5db6f4be687',
};
