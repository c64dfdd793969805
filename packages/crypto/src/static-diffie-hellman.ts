/**
 * The name of the method with which an identity agrees on raw X25519 secrets for the handshake. A
 * symbol that no door exports: a raw secret is nothing to use as a key, and a public method would
 * invite it. The identity's own secret key does not come out.
 */
export const STATIC_DIFFIE_HELLMAN: unique symbol = /* @__PURE__ */ Symbol('staticDiffieHellman');
