import { parseArgs } from 'node:util';

const USAGE = `usage: raft-kv [--at URL] COMMAND
  get KEY                    prints the value
  put KEY VALUE              sets it
  cas KEY EXPECTED VALUE     sets it if it is EXPECTED; with --absent EXPECTED is left out
  delete KEY                 removes it
  status                     what the member knows of itself and its leader
URL is the door of any member. @default http://127.0.0.1:4001`;

/** The method, path and body of a command. */
function requestOf(words: readonly string[], absent: boolean): [string, string, string?] {
  const [command, key = '', ...rest] = words;
  const path = `/kv/${encodeURIComponent(key)}`;
  if (command === 'status' && words.length === 1) return ['GET', '/status'];
  if (command === 'get' && rest.length === 0) return ['GET', path];
  if (command === 'delete' && rest.length === 0) return ['DELETE', path];
  if (command === 'put' && rest.length === 1) return ['PUT', path, rest[0]!];
  if (command === 'cas' && rest.length === (absent ? 1 : 2)) {
    const [expected, value] = absent ? [null, rest[0]!] : rest;
    return ['POST', `${path}/cas`, JSON.stringify({ expected, value })];
  }
  throw new Error(USAGE);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      at: { type: 'string', default: 'http://127.0.0.1:4001' },
      absent: { type: 'boolean', default: false },
    },
  });
  const [method, path, body] = requestOf(positionals, values.absent);
  const response = await fetch(new URL(path, values.at), {
    method,
    ...(body !== undefined && { body }),
  });
  console.log(await response.text());
  return response.ok ? 0 : 1;
}

main().then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 2;
  },
);
