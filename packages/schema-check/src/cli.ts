import { BadInput } from './bad-input.ts';
import { type Options, type Output, readArguments } from './commands/context.ts';

type Command = (options: Options, output: Output, rest: readonly string[]) => Promise<number>;

/** Each command loads only what it needs. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  check: async () => (await import('./commands/check.ts')).runCheck,
  release: async () => (await import('./commands/release.ts')).runRelease,
  diff: async () => (await import('./commands/diff.ts')).runDiff,
  explain: async () => (await import('./commands/explain.ts')).runExplain,
  graph: async () => (await import('./commands/graph.ts')).runGraph,
  operations: async () => (await import('./commands/operations.ts')).runOperations,
};

const HELP = `cartograph-schema <command> [options]

  check                  is the change from base to head safe?
  release                freeze head as the next base, with a changelog
  diff                   what changed between base and head, harmless or not
  explain Type.field     who owns it, who uses it, what it costs in plans
  graph                  draw the subgraphs and their entities as SVG
  operations             collect operations from documents, manifests and usage logs

  --supergraph FILE      rover's supergraph.yaml (default: supergraph.yaml)
  --base git:REF|FOLDER  what to compare with (default: schema/released)
  --subgraph NAME=FILE   judge this file in place of the subgraph's own
  --operations PATH      folder or file of GraphQL documents      (may be repeated)
  --manifest FILE        Apollo's persisted-query manifest        (may be repeated)
  --usage PATH           JSON lines of recorded usage             (may be repeated)
  --approvals FILE       who let which break pass, until when, and why
  --format FORMAT        text, github, json, sarif or markdown
  --output FORMAT=FILE   write a report into a file as well       (may be repeated)
  --config FILE          settings (default: cartograph-schema.yaml)
  --verbose              also what is harmless
  --force                release even if the check refuses

Exit codes: 0 pass, 1 breaking or refused, 2 does not compose, 3 bad input.`;

/** Runs one command and returns the exit code. Prints; never ends the process. */
export async function main(args: readonly string[], output: Output = toTerminal()): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help') {
    output.print(HELP);
    return name === undefined ? 3 : 0;
  }
  try {
    const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!load) throw new BadInput(`unknown command "${name}"; try "help"`);
    const { options, rest: positionals } = readArguments(rest);
    const command = await load();
    return await command(options, output, positionals);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    output.print(complaint(error, rest));
    return 3;
  }
}

/** Bad input in the format that was asked for, as far as arguments that may themselves be bad let us know it. */
function complaint({ message, place }: BadInput, args: readonly string[]): string {
  const at = args.findIndex((each) => each === '--format' || each.startsWith('--format='));
  const format = args[at]?.includes('=') ? args[at].slice('--format='.length) : args[at + 1];
  if (at >= 0 && format === 'json') return JSON.stringify({ version: 1, exitCode: 3, error: message, place }, null, 2);
  if (at >= 0 && format === 'github') {
    const [, file, line] = place?.match(/^(.*?):(\d+)/) ?? [undefined, place, undefined];
    const where = file ? ` file=${file}${line ? `,line=${line}` : ''}` : '';
    return `::error${where}::${message.replaceAll('%', '%25').replaceAll('\n', '%0A')}`;
  }
  return `bad input: ${place ? `${place}: ` : ''}${message}`;
}

function toTerminal(): Output {
  const colour = process.env.FORCE_COLOR
    ? process.env.FORCE_COLOR !== '0'
    : process.stdout.isTTY && !process.env.NO_COLOR;
  return { cwd: process.cwd(), colour: colour === true, print: (text) => process.stdout.write(`${text}\n`) };
}
