import assert from 'node:assert/strict';
import { ed25519, IdentityManager, verifyRegistration } from '@ruvector/crypto';
const { secretKey, publicKey } = ed25519.keygen();
const message = new TextEncoder().encode('hello');
assert(ed25519.verify(ed25519.sign(message, secretKey), message, publicKey));
const identity = IdentityManager.create({ agentId: 'a', swarmId: 's' });
const registration = await identity.createRegistration('a', ['test'], { swarmId: 's' });
assert(verifyRegistration(registration, { swarmId: 's', now: Date.now() }));
