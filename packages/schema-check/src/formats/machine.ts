// The formats that machines read: JSON, SARIF 2.1.0 and GitHub's workflow commands.
import type { Verdict } from '../check.ts';
import type { Finding, Level } from '../findings/finding.ts';
import { hitLine, summary, titleOf } from './words.ts';

export const json = (verdict: Verdict): string =>
  JSON.stringify({ version: 1, summary: summary(verdict), ...verdict }, null, 2);

const COMMAND: Readonly<Record<Level, string>> = {
  breaking: 'error',
  approved: 'notice',
  warning: 'warning',
  info: 'notice',
};

const escapeData = (value: string): string =>
  value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (value: string): string => escapeData(value).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** Annotations beside the changed lines. Harmless findings would only be noise there. */
export function github(verdict: Verdict): string {
  const lines = verdict.findings
    .filter(({ level }) => level !== 'info')
    .map((finding) => {
      const properties = [
        ...(finding.file ? [`file=${escapeProperty(finding.file)}`] : []),
        ...(finding.line ? [`line=${finding.line}`] : []),
        `title=${escapeProperty(`${titleOf(finding)} (${finding.rule}, ${finding.id})`)}`,
      ];
      return `::${COMMAND[finding.level]} ${properties.join(',')}::${escapeData(messageOf(finding))}`;
    });
  return [...lines, summary(verdict)].join('\n');
}

function messageOf(finding: Finding): string {
  const hits = hitLine(finding);
  return [finding.reason, ...(hits ? [`Hits ${hits}.`] : []), `Fix: ${finding.fix}`].join('\n');
}

const SARIF_LEVEL: Readonly<Record<Level, string>> = {
  breaking: 'error',
  approved: 'note',
  warning: 'warning',
  info: 'note',
};

export function sarif(verdict: Verdict): string {
  const rules = [...new Set(verdict.findings.map(({ rule }) => rule))].sort();
  const results = verdict.findings.map((finding) => ({
    ruleId: finding.rule,
    ruleIndex: rules.indexOf(finding.rule),
    level: SARIF_LEVEL[finding.level],
    message: { text: `${titleOf(finding)}: ${messageOf(finding)}` },
    ...(finding.file
      ? {
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: finding.file, uriBaseId: '%SRCROOT%' },
                region: { startLine: finding.line ?? 1 },
              },
              logicalLocations: [{ fullyQualifiedName: finding.coordinate }],
            },
          ],
        }
      : {}),
    partialFingerprints: { cartographSchema: finding.id },
    ...(finding.level === 'approved' ? { suppressions: [{ kind: 'external', justification: finding.reason }] } : {}),
    properties: {
      coordinate: finding.coordinate,
      clients: finding.clients,
      operations: finding.operations.map(({ name }) => name),
    },
  }));
  const driver = {
    name: 'cartograph-schema',
    rules: rules.map((id) => ({ id, shortDescription: { text: id } })),
  };
  return JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [{ tool: { driver }, results }],
    },
    null,
    2,
  );
}
