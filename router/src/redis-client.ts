import { Redis } from 'ioredis';

// ioredis extends `String`. That makes V8 keep the methods of all strings in a dictionary, which no compiled function looks
// up for itself: the loop over the letters of an answer took a tenth of a light query. Reading a method by way of such an
// object, often enough for V8 to remember it, has them kept as before.
const methodOf = (text: string) => text.charCodeAt;
for (let times = 0; times < 1_000; times += 1) methodOf(Object('') as string);

export { Redis };
