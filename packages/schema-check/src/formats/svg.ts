import type { Entity } from '../graph/ownership.ts';

const CARD = 190;
const LINE = 17;
const GAP = 150;
const MARGIN = 40;

interface Card {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly owned: readonly Entity[];
}

interface Edge {
  readonly from: Card;
  readonly to: Card;
  readonly labels: readonly string[];
}

/** Subgraphs as cards with the entities they own; an arrow runs from whoever extends an entity to its owner. */
export function drawGraph(subgraphs: readonly string[], entities: readonly Entity[]): string {
  const cards = layOut(subgraphs, entities);
  const edges = edgesOf(cards, entities);
  const width = Math.max(...cards.map(({ x }) => x + CARD)) + MARGIN;
  const height = Math.max(...cards.map(({ y, height }) => y + height)) + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Subgraphs and the entities they own and extend">`,
    '<style>text{font:13px ui-sans-serif,system-ui,sans-serif;fill:#1f2937}.n{font-weight:600}.l{font-size:11px;fill:#475569;paint-order:stroke;stroke:#fff;stroke-width:4px}.c{fill:#f8fafc;stroke:#94a3b8}.e{fill:none;stroke:#64748b;stroke-width:1.3}</style>',
    '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#64748b"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...edges.map(drawEdge),
    ...cards.map(drawCard),
    ...edges.map(drawLabel),
    '</svg>',
  ].join('\n');
}

/** On a ring, so that every pair can be joined without crossing a third card. */
function layOut(subgraphs: readonly string[], entities: readonly Entity[]): readonly Card[] {
  const count = subgraphs.length;
  const radius = count < 2 ? 0 : Math.max(CARD, ((CARD + GAP) * count) / (2 * Math.PI));
  return subgraphs.map((name, index) => {
    const owned = entities.filter(({ owner }) => owner === name);
    const angle = (2 * Math.PI * index) / count - Math.PI / 2;
    return {
      name,
      owned,
      x: Math.round(MARGIN + radius * 1.35 * (1 + Math.cos(angle))),
      y: Math.round(MARGIN + radius * (1 + Math.sin(angle))),
      height: 34 + Math.max(1, owned.length) * LINE + 8,
    };
  });
}

function edgesOf(cards: readonly Card[], entities: readonly Entity[]): readonly Edge[] {
  const byPair = new Map<string, { from: Card; to: Card; labels: string[] }>();
  for (const { name, owner, parts } of entities)
    for (const { subgraph, fields } of parts) {
      const from = cards.find((card) => card.name === subgraph);
      const to = cards.find((card) => card.name === owner);
      if (!from || !to || from === to || fields.length === 0) continue;
      const edge = byPair.get(`${subgraph} ${owner}`) ?? { from, to, labels: [] };
      edge.labels.push(`${name} +${fields.length}`);
      byPair.set(`${subgraph} ${owner}`, edge);
    }
  return [...byPair.values()];
}

const centre = ({ x, y, height }: Card) => ({ x: x + CARD / 2, y: y + height / 2 });

/** Where the line between two centres leaves a card. */
function border(card: Card, towards: { readonly x: number; readonly y: number }) {
  const { x, y } = centre(card);
  const [dx, dy] = [towards.x - x, towards.y - y];
  const scale = Math.min(CARD / 2 / Math.abs(dx || 1e-9), card.height / 2 / Math.abs(dy || 1e-9));
  return { x: x + dx * scale, y: y + dy * scale };
}

/** Bent a little to one side, so that two subgraphs which extend each other show two arrows. */
function bend({ from, to }: Edge) {
  const [a, b] = [centre(from), centre(to)];
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  return { x: (a.x + b.x) / 2 + ((b.y - a.y) / length) * 34, y: (a.y + b.y) / 2 - ((b.x - a.x) / length) * 34 };
}

function drawEdge(edge: Edge): string {
  const middle = bend(edge);
  const [start, end] = [border(edge.from, middle), border(edge.to, middle)];
  return `<path class="e" marker-end="url(#a)" d="M${round(start)}Q${round(middle)} ${round(end)}"/>`;
}

function drawLabel(edge: Edge): string {
  const middle = bend(edge);
  const [start, end] = [border(edge.from, middle), border(edge.to, middle)];
  // A third of the way, nearer to who extends: labels of opposite arrows then stay apart.
  const at = (a: number, b: number, c: number) => 0.36 * a + 0.48 * b + 0.16 * c;
  const [x, y] = [at(start.x, middle.x, end.x), at(start.y, middle.y, end.y)];
  const top = y - ((edge.labels.length - 1) * 13) / 2;
  return edge.labels
    .map(
      (label, index) =>
        `<text class="l" text-anchor="middle" x="${Math.round(x)}" y="${Math.round(top + index * 13)}">${xml(label)}</text>`,
    )
    .join('');
}

function drawCard({ name, x, y, height, owned }: Card): string {
  const lines = owned.length === 0 ? ['no entity of its own'] : owned.map((entity) => entity.name);
  return [
    `<rect class="c" x="${x}" y="${y}" width="${CARD}" height="${height}" rx="8"/>`,
    `<text class="n" x="${x + 12}" y="${y + 22}">${xml(name)}</text>`,
    ...lines.map((line, index) => `<text x="${x + 12}" y="${y + 42 + index * LINE}">${xml(line)}</text>`),
  ].join('');
}

const round = ({ x, y }: { readonly x: number; readonly y: number }): string => `${Math.round(x)} ${Math.round(y)}`;
const xml = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
