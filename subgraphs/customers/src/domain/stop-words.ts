const STOP = new Set([
  ...['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'],
  ...['STOPP', 'ABMELDEN', 'ABBESTELLEN', 'ENDE'],
]);
const START = new Set(['START', 'UNSTOP', 'ANMELDEN']);

/** Whether somebody who answers a message wants no more of them, or wants them again; null when it says neither. */
export function readWish(text: string): 'stop' | 'start' | null {
  // The whole answer is the word: "please stop by tomorrow" is no wish.
  const word = text.replace(/[^\p{L}]/gu, '').toUpperCase();
  if (STOP.has(word)) return 'stop';
  return START.has(word) ? 'start' : null;
}
