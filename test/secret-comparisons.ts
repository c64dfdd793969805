/** Names of what must not be guessed byte by byte: keys, shared secrets, commitments, proofs. */
const SECRET = new RegExp(
  [
    'secret(?!_commitment)|shared(?!Array)|psk|password|hmac|commitment|keyProof',
    '(?:message|chain|block|session|swarm)Key\\b',
  ].join('|'),
  'i',
);

const WHERE_IT_ENDS_EARLY = /\b(equalBytes|toHex|toBase64Url|String)\(/g;

/**
 * Places in a source that compare a secret with something that stops at the first difference: bytes
 * by `equalBytes`, or texts of them by `===`. `constantTimeEqual` is for that.
 */
export function leakyComparisons(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return [...code.matchAll(WHERE_IT_ENDS_EARLY)].flatMap(({ index, 0: call, 1: name }) => {
    const end = endOfCall(code, index + call.length);
    const operands = code.slice(index + call.length, end);
    const isComparison =
      name === 'equalBytes' ||
      /^\)\s*[!=]==/.test(code.slice(end)) ||
      /[!=]==\s*$/.test(code.slice(0, index));
    return isComparison && SECRET.test(operands) ? [`${name}(${operands})`] : [];
  });
}

/** Where the parenthesis closes that was open before `at`. */
function endOfCall(code: string, at: number): number {
  let depth = 1;
  for (let end = at; end < code.length; end++) {
    if (code[end] === '(') depth += 1;
    if (code[end] === ')') depth -= 1;
    if (depth === 0) return end;
  }
  return code.length;
}
