import { type Change, CriticalityLevel } from '@graphql-inspector/core';

export interface ChangeGroup {
  readonly title: string;
  readonly lines: readonly string[];
}

const TITLES: readonly (readonly [CriticalityLevel, string])[] = [
  [CriticalityLevel.Breaking, 'Breaking by itself'],
  [CriticalityLevel.Dangerous, 'May surprise clients'],
  [CriticalityLevel.NonBreaking, 'Harmless'],
];

/** What changed for clients, the worst first. Applied directives say the same a second time and are left out. */
export function byCriticality(changes: readonly Change[]): readonly ChangeGroup[] {
  return TITLES.flatMap(([level, title]) => {
    const lines = changes
      .filter(({ criticality, type }) => criticality.level === level && !String(type).startsWith('DIRECTIVE_USAGE'))
      .map(({ path, message }) => (path ? `\`${path}\`: ${message}` : message));
    return lines.length === 0 ? [] : [{ title, lines: [...new Set(lines)].sort() }];
  });
}
