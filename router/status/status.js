// Reads /status.json every two seconds and shows it. Names of operations come from callers: nothing here is ever HTML.
const EVERY_MS = 2_000;
const KEPT_READINGS = 60;

const $ = (id) => document.getElementById(id);
const rates = [];
let token = null;

function element(tag, { text, ...attributes } = {}, ...children) {
  const made = /^(svg|path|rect)$/.test(tag)
    ? document.createElementNS('http://www.w3.org/2000/svg', tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

// How numbers are written.
const round = (value, digits) => value.toLocaleString('en', { maximumFractionDigits: digits });
const count = (value) =>
  value >= 1e6 ? `${round(value / 1e6, 1)}\u00a0M` : value >= 1e4 ? `${round(value / 1e3, 1)}\u00a0k` : round(value, 0);
const rate = (value) => round(value, value < 10 ? 1 : 0);
const share = (value) => `${round(value * 100, value > 0 && value < 0.1 ? 1 : 0)}\u00a0%`;
const bytes = (value) => [round(value / 2 ** 20, 0), 'MB'];
function milliseconds(value) {
  if (value === null) return ['–', ''];
  if (value >= 1_000) return [round(value / 1_000, 2), 's'];
  return [round(value, value < 10 ? 2 : value < 100 ? 1 : 0), 'ms'];
}
const inOne = ([value, unit]) => (unit ? `${value}\u00a0${unit}` : value);
function span(seconds) {
  const units = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ];
  const [unit, size] = units.find(([, least]) => seconds >= least) ?? ['second', 1];
  const amount = Math.floor(seconds / size);
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}

function tile(label, [value, unit], tone = '', spark = null) {
  const shown = element('div', { class: 'value', text: value });
  if (unit) shown.append(element('small', { text: unit }));
  const parts = [element('div', { class: 'label', text: label }), shown];
  return element('div', { class: `tile ${tone}` }, ...(spark ? [spark, ...parts] : parts));
}

function sparkline(values) {
  const most = Math.max(...values, 1);
  const points = values.map((value, index) => [
    (index / (KEPT_READINGS - 1)) * 100 + (100 - ((values.length - 1) / (KEPT_READINGS - 1)) * 100),
    38 - (value / most) * 34,
  ]);
  const line = points.map(([x, y], index) => `${index ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
  const [from] = points[0];
  return element(
    'svg',
    { class: 'spark', viewBox: '0 0 100 40', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    element('path', { d: `${line}L100 40L${from.toFixed(1)} 40Z` }),
    element('path', { d: line }),
  );
}

function shareBar(value) {
  return element(
    'svg',
    { class: 'share', viewBox: '0 0 100 8', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    element('rect', { width: '100', height: '8' }),
    element('rect', { width: String(Math.round(value * 1_000) / 10 || '0.01'), height: '8' }),
  );
}

/** A table of which each row is a card on a phone; one of two columns stays a table. `columns` that hold text end in "|". */
function fill(table, titles, rows, nothing) {
  const columns = titles.map((title) => title.replace('|', ''));
  table.className = columns.length > 2 ? 'rows' : 'pairs';
  const head = element(
    'tr',
    {},
    ...columns.map((text, index) => element('th', { scope: 'col', text, class: titles[index] === text ? '' : 'text' })),
  );
  const body = rows.map(([first, ...cells]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, ...[first].flat()),
      ...cells.map((cell, index) => {
        const { children = [], ...attributes } = typeof cell === 'string' ? { text: cell } : cell;
        return element('td', { 'data-label': columns[index + 1], ...attributes }, ...children);
      }),
    ),
  );
  if (body.length === 0)
    body.push(element('tr', {}, element('td', { class: 'none', colspan: String(columns.length), text: nothing })));
  table.replaceChildren(element('thead', {}, head), element('tbody', {}, ...body));
}

const alarming = (value, text) => (value > 0 ? { class: 'bad', text } : { class: 'nothing', text });

function showSubgraphs(subgraphs) {
  const columns = ['Subgraph', 'Replicas|', 'Calls/s', 'p50', 'p99', 'Failures/s', 'Failed', 'Retries', 'Waiting'];
  const rows = subgraphs.map((one) => {
    const failed = Object.values(one.failures).reduce((sum, times) => sum + times, 0);
    const kinds = Object.entries(one.failures).map(([kind, times]) => `${kind}: ${times}`);
    return [
      one.name,
      { class: 'text', children: one.replicas.map(replicaTag) },
      rate(one.perSecond),
      inOne(milliseconds(one.p50)),
      inOne(milliseconds(one.p99)),
      alarming(one.failuresPerSecond, rate(one.failuresPerSecond)),
      { text: count(failed), title: kinds.join(', '), class: failed ? '' : 'nothing' },
      { text: count(one.retries), class: one.retries ? '' : 'nothing' },
      alarming(one.waiting, count(one.waiting)),
    ];
  });
  fill($('subgraphs'), columns, rows, 'The supergraph has no subgraphs.');
}

function replicaTag({ url, breaker, opened }) {
  const { host } = new URL(url);
  const text = breaker === 'closed' ? host : `${host} · ${breaker}`;
  return element('span', {
    class: `tag ${breaker}`,
    text,
    title: `${url}, breaker ${breaker}, opened ${opened} times`,
  });
}

function showOperations(operations) {
  const columns = ['Operation', 'Time|', 'Requests/s', 'p50', 'p99', 'Requests', 'Errors'];
  const rows = operations.map((one) => [
    [element('code', { text: one.name }), element('span', { class: 'kind', text: one.kind })],
    { class: 'share-cell', children: [shareBar(one.timeShare), share(one.timeShare)] },
    rate(one.perSecond),
    inOne(milliseconds(one.p50)),
    inOne(milliseconds(one.p99)),
    count(one.total),
    alarming(one.errors, count(one.errors)),
  ]);
  fill($('operations'), columns, rows, 'Nothing has been asked yet.');
}

function showCounters({ caches, limits, planning }) {
  const lookups = ({ hits, misses }) =>
    hits + misses > 0 ? `${share(hits / (hits + misses))} of ${count(hits + misses)}` : '–';
  fill(
    $('caches'),
    ['What', 'State'],
    [
      ['Operations kept compiled', count(caches.knownOperations)],
      ['Requests remembered by text', count(caches.rememberedRequests)],
      ['Planned since the start', count(planning.total)],
      ['Planning, p99 lately', inOne(milliseconds(planning.p99))],
      ['Answers found', lookups(caches.response)],
      ['Entities found', lookups(caches.entity)],
      ['Thrown out by changes', count(caches.response.purged + caches.entity.purged)],
    ],
  );
  const refusals = limits.refusals.map(({ code, viewer, total }) => [
    [element('code', { text: code }), element('span', { class: 'kind', text: viewer })],
    count(total),
  ]);
  fill($('refusals'), ['Why, and whom', 'Requests'], refusals, 'Nobody was refused.');
  const used = limits.clients.filter(({ clients }) => clients > 0);
  fill(
    $('limits'),
    ['Limit', 'Clients'],
    used.map(({ limit, clients }) => [limit, count(clients)]),
    'No clients yet.',
  );
}

function showTiles({ requests, process }) {
  rates.push(requests.perSecond);
  if (rates.length > KEPT_READINGS) rates.shift();
  const { errorShare } = requests;
  const lag = process.eventLoopLagMs.p99;
  $('tiles').replaceChildren(
    tile('Requests', [rate(requests.perSecond), '/s'], 'wide', sparkline(rates)),
    tile('Half within', milliseconds(requests.p50)),
    tile('99 % within', milliseconds(requests.p99)),
    tile('Errors', [share(errorShare), ''], errorShare > 0.05 ? 'bad' : errorShare > 0.01 ? 'warn' : ''),
    tile('Known already', [share(requests.rememberedShare), '']),
    tile('Under way', [count(requests.inFlight), '']),
    tile('CPU', [share(process.cpuShare), 'of a core'], process.cpuShare > 0.9 ? 'warn' : ''),
    tile('Memory', bytes(process.rssBytes)),
    tile('Event loop late', milliseconds(lag), lag > 100 ? 'bad' : lag > 30 ? 'warn' : ''),
  );
}

function stateOf({ subgraphs, requests }) {
  const replicas = subgraphs.flatMap((one) => one.replicas.map((replica) => ({ ...replica, name: one.name })));
  const open = replicas.filter(({ breaker }) => breaker !== 'closed');
  const gone = subgraphs.filter((one) => one.replicas.length > 0 && one.replicas.every((it) => it.breaker === 'open'));
  if (gone.length > 0) return ['bad', `${gone.map(({ name }) => name).join(', ')} down`];
  if (open.length > 0) return ['warn', `${open.length} of ${replicas.length} replicas left alone`];
  if (requests.errorShare > 0.05) return ['warn', 'Many errors'];
  return ['good', 'All well'];
}

function show(status) {
  const [tone, text] = stateOf(status);
  $('state').className = `pill ${tone}`;
  $('state').textContent = text;
  const { supergraph } = status;
  $('facts').replaceChildren(
    element('span', { text: `version ${status.version}` }),
    element('span', { text: `Node ${status.node}` }),
    element('span', { text: `up ${span(status.uptimeSeconds)}` }),
    element('span', { text: `${count(status.requests.total)} requests` }),
    element(
      'span',
      { title: supergraph.since },
      'supergraph ',
      element('code', { text: supergraph.id }),
      ` for ${span(supergraph.ageSeconds)}`,
    ),
  );
  showTiles(status);
  showSubgraphs(status.subgraphs);
  showOperations(status.operations);
  showCounters(status);
  const seconds = Math.round(status.recentSeconds);
  $('footer').textContent =
    `Rates and times of the last ${seconds} s. Read at ${new Date().toLocaleTimeString()}, every 2 s.`;
  $('content').hidden = false;
  $('content').classList.remove('stale');
  $('entry').hidden = true;
}

function askForToken(status) {
  $('state').className = 'pill';
  $('state').textContent = 'For staff';
  $('content').hidden = true;
  $('entry').hidden = false;
  $('complaint').textContent =
    token === null ? '' : status === 403 ? 'This token is not of staff.' : 'This token is not valid (any more).';
  token = null;
}

function lost() {
  $('state').className = 'pill bad';
  $('state').textContent = 'No answer';
  $('content').classList.add('stale');
}

async function read() {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch('/status.json', { headers, cache: 'no-store', signal: AbortSignal.timeout(5_000) });
  if (answer.status === 401 || answer.status === 403) return askForToken(answer.status);
  if (!answer.ok) return lost();
  show(await answer.json());
}

const refresh = () => (document.hidden || !$('entry').hidden ? undefined : read().catch(lost));

$('entry').addEventListener('submit', (event) => {
  event.preventDefault();
  token = $('token')
    .value.trim()
    .replace(/^Bearer /i, '');
  $('token').value = '';
  read().catch(lost);
});
document.addEventListener('visibilitychange', refresh);
setInterval(refresh, EVERY_MS);
refresh();
