// Loaded before a process of ours: its clock is wrong by CLOCK_SKEW_MS from its first moment on.
const skew = Number(process.env.CLOCK_SKEW_MS ?? 0);
const now = Date.now.bind(Date);

globalThis.Date = new Proxy(Date, {
  construct: (target, args, as) => Reflect.construct(target, args.length === 0 ? [now() + skew] : args, as),
  apply: () => new Date(now() + skew).toString(),
  get: (target, name, receiver) => (name === 'now' ? () => now() + skew : Reflect.get(target, name, receiver)),
});
