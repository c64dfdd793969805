import assert from 'node:assert/strict';
import { SemanticTaskMatcher } from '@ruvector/semantic';
const matcher = new SemanticTaskMatcher();
matcher.registerAgent('rust-dev', 'compile rust cargo build test unsafe');
matcher.registerAgent('web-dev', 'javascript react html css frontend');
assert.equal(matcher.matchAgent('build rust library with cargo')?.agentId, 'rust-dev');
