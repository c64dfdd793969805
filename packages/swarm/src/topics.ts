import { checkString, LimitError, utf8, type Unsubscribe } from '@ruvector/core';

const TOPIC_BYTES_MAX = 255;

/** A topic to publish on: tokens joined by dots, none of them empty or a wildcard. */
export function checkTopic(name: string, topic: unknown): string {
  const text = checkString(name, topic, { min: 1, max: TOPIC_BYTES_MAX });
  const tokens = text.split('.');
  if (tokens.some((token) => token === '' || /[*>]/.test(token)))
    throw new RangeError(
      `${name} must be tokens joined by dots without wildcards, got ${JSON.stringify(text)}`,
    );
  if (utf8(text).length > TOPIC_BYTES_MAX)
    throw new RangeError(`${name} must have at most ${TOPIC_BYTES_MAX} bytes of UTF-8`);
  return text;
}

/** As a topic, but `*` stands for any one token and a last `>` for one or more. */
export function checkTopicPattern(name: string, pattern: unknown): string {
  const text = checkString(name, pattern, { min: 1, max: TOPIC_BYTES_MAX });
  const tokens = text.split('.');
  const last = tokens.length - 1;
  const isWrong = (token: string, i: number) =>
    token === '' || (token === '>' ? i < last : token !== '*' && /[*>]/.test(token));
  if (tokens.some(isWrong))
    throw new RangeError(
      `${name} must be tokens joined by dots, '*' alone and '>' only at the end, ` +
        `got ${JSON.stringify(text)}`,
    );
  return text;
}

/**
 * Whether a topic is among those that a pattern means.
 *
 * @example
 * topicMatches('tasks.*.done', 'tasks.7.done'); // => true
 */
export function topicMatches(pattern: string, topic: string): boolean {
  const wanted = pattern.split('.');
  const tokens = topic.split('.');
  for (const [i, want] of wanted.entries()) {
    if (want === '>') return tokens.length > i;
    if (i >= tokens.length || (want !== '*' && want !== tokens[i])) return false;
  }
  return tokens.length === wanted.length;
}

/** Handlers by topic pattern. */
export class Subscriptions<Handler> {
  readonly #what: string;
  readonly #max: number;
  readonly #exact = new Map<string, Set<{ handler: Handler }>>();
  readonly #patterns = new Map<string, Set<{ handler: Handler }>>();
  #count = 0;

  constructor(what: string, max: number) {
    this.#what = what;
    this.#max = max;
  }

  add(pattern: string, handler: Handler): Unsubscribe {
    if (this.#count >= this.#max) throw new LimitError(this.#what, this.#max);
    const isPattern = pattern.split('.').some((token) => token === '*' || token === '>');
    const map = isPattern ? this.#patterns : this.#exact;
    const entries = map.get(pattern) ?? new Set();
    map.set(pattern, entries);
    const entry = { handler };
    entries.add(entry);
    this.#count += 1;
    return () => {
      if (!entries.delete(entry)) return;
      this.#count -= 1;
      if (entries.size === 0) map.delete(pattern);
    };
  }

  /** The handlers for a topic, in the order of their patterns' first registration. */
  matching(topic: string): Handler[] {
    const found = [...(this.#exact.get(topic) ?? [])];
    for (const [pattern, entries] of this.#patterns)
      if (topicMatches(pattern, topic)) found.push(...entries);
    return found.map((entry) => entry.handler);
  }
}
