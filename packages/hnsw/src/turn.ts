/**
 * Lets everything else that waits have its turn: timers, sockets, a page's rendering. A message to
 * oneself does that at once; a timer would wait for a millisecond or more.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
