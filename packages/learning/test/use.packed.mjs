import assert from 'node:assert/strict';
import { PatternStore } from '@ruvector/learning';
const [a, b] = [new PatternStore({ agentId: 'a' }), new PatternStore({ agentId: 'b' })];
a.record('key', { vector: Float32Array.of(1, 0), outcome: 1, confidence: 0.5 });
b.merge(a);
assert.notEqual(b.get('key'), undefined);
