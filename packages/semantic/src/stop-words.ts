/**
 * English words that say how a sentence is built rather than what it is about. They are weighed
 * down, not dropped: a text of nothing else still has a vector. A fitted IDF does the same for
 * every language; this list is for what has not been fitted.
 */
export const STOP_WORDS: ReadonlySet<string> = /* @__PURE__ */ new Set(
  (
    'a about after all also am an and any are as at be because been before being both but by can ' +
    'could did do does doing down during each few for from further had has have having he her here ' +
    'hers him his how i if in into is it its just ll me more most my no nor not now of off on once ' +
    'only or other our out over own please re s same shall she should so some such t than that the ' +
    'their them then there these they this those through to too under until up us ve very was we ' +
    'were what when where which while who whom why will with would you your'
  ).split(' '),
);
