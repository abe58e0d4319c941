// Draws what the server streams: snapshots of the fleet, and the minutes, lines and messages that are new.

const WIDTH = 1200;
const HEIGHT = 320;
/** More points than pixels only cost time. */
const MOST_POINTS = 1200;
const MOST_LINES = 500;
/** Of the chart's width: what is narrower cannot be seen on a telephone. */
const LEAST_BAR = 4;
const MOST_BAR = 12;

const minutes = [];
/** What was expected of each minute, by its begin. */
const expected = new Map();
const MINUTE = 60_000;
/** How the status of a run that is over begins; its verdict follows. */
const ENDED = 'the run has ended';
const byId = (id) => document.getElementById(id);

const stream = new EventSource('stream');
stream.addEventListener('message', ({ data }) => show(JSON.parse(data)));
stream.addEventListener('error', () => {
  if (!hasEnded()) byId('status').textContent = ENDED;
});

const hasEnded = () => byId('status').textContent.startsWith(ENDED);

function show({
  now,
  status,
  fleet,
  decision,
  counts,
  figures,
  newMinutes,
  newExpected,
  newLines,
  newMessages,
}) {
  byId('clock').textContent = time(now);
  byId('status').textContent = status;
  byId('counts').textContent = counts;
  minutes.push(...newMinutes);
  for (const { at, load } of newExpected) expected.set(at, load);
  if (newMinutes.length > 0) drawChart();
  showFleet(fleet, now);
  showDecision(decision);
  showFigures(figures);
  // What people were told stands beside it, in full.
  const happened = newLines.filter(({ kind }) => kind !== 'told');
  prepend(byId('timeline'), happened.map(lineItem), MOST_LINES);
  prepend(byId('messages'), newMessages.map(messageItem), MOST_LINES);
}

function drawChart() {
  byId('waiting').hidden = true;
  const stride = Math.ceil(minutes.length / MOST_POINTS);
  const points = minutes.filter((_, index) => index % stride === 0);
  const top = 1.1 * Math.max(1e-3, ...points.map(({ load, useful }) => Math.max(load, useful)));
  const x = (index) => ((index / Math.max(1, points.length - 1)) * WIDTH).toFixed(1);
  const y = (value) => (HEIGHT - (value / top) * HEIGHT).toFixed(1);
  const path = (value) =>
    points.map((point, index) => `${index === 0 ? 'M' : 'L'}${x(index)} ${y(value(point))}`).join('');
  const foreseen = points.flatMap(({ at }, index) => {
    const load = expected.get(Math.round(at / MINUTE) * MINUTE - MINUTE);
    return load === undefined ? [] : [`${x(index)} ${y(Math.min(load, top))}`];
  });
  // Each of them counts, also where not every minute is drawn.
  const share = WIDTH / Math.max(1, minutes.length - 1);
  const width = Math.min(MOST_BAR, Math.max(LEAST_BAR, share));
  const bars = minutes
    .map(({ load, useful }, index) =>
      load > useful
        ? `M${(index * share - width / 2).toFixed(1)} ${HEIGHT}V${y(load)}h${width.toFixed(1)}V${HEIGHT}z`
        : '',
    )
    .join('');
  byId('chart').replaceChildren(
    svgPath('violation', bars),
    svgPath(
      'useful',
      path(({ useful }) => useful),
    ),
    svgPath('expected', foreseen.length === 0 ? '' : `M${foreseen.join('L')}`),
    svgPath(
      'load',
      path(({ load }) => load),
    ),
  );
  byId('scale').replaceChildren(...roundValues(top).map((value) => gridLine(value, value / top)));
  byId('axis').replaceChildren(
    ...[0, 0.25, 0.5, 0.75, 1].map((share) =>
      span(time(minutes[Math.round(share * (minutes.length - 1))].at)),
    ),
  );
}

/** Three to six round values below `top`, evenly apart. */
function roundValues(top) {
  const magnitude = 10 ** Math.floor(Math.log10(top / 3));
  const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((size) => top / size < 7);
  return Array.from({ length: Math.floor(top / step) }, (_, index) => (index + 1) * step);
}

function gridLine(value, share) {
  const line = span(value.toLocaleString('en-GB'));
  line.style.top = `${(100 * (1 - share)).toFixed(2)}%`;
  return line;
}

function svgPath(name, d) {
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('class', name);
  path.setAttribute('d', d);
  return path;
}

function showFleet({ min, max, desired, instances }, now) {
  byId('size').textContent = `${desired} desired, ${min} to ${max}`;
  byId('instances').replaceChildren(
    ...instances.map(({ id, zone, lifecycle, image, since }) => {
      const item = element('li', id);
      item.dataset.stage = stageOf(lifecycle);
      const lasting = lifecycle === 'InService' ? '' : ` · for ${lastingOf(now - since)}`;
      item.append(element('small', `${lifecycle} · ${zone}${lasting}`), element('small', image));
      return item;
    }),
  );
}

/** The newest decision, also where it is to change nothing: that is the question when nothing moves. */
function showDecision(decision) {
  if (decision === undefined) return;
  byId('decision').replaceChildren(element('time', time(decision.at)), ` ${decision.text}`);
}

/** `40 s`, `12 min` */
function lastingOf(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

function stageOf(lifecycle) {
  if (lifecycle === 'InService') return 'serving';
  return lifecycle.startsWith('Pending') ? 'coming' : 'going';
}

function showFigures(figures) {
  byId('figures').replaceChildren(
    ...figures.flatMap(([name, value]) => [element('dt', name), element('dd', value)]),
  );
}

function lineItem({ at, kind, text }) {
  const item = document.createElement('li');
  item.dataset.kind = kind;
  item.append(element('time', time(at)), element('span', kind), element('span', text));
  return item;
}

function messageItem({ at, channel, to, title, body }) {
  const item = document.createElement('li');
  item.append(element('time', `${time(Date.parse(at))} ${channel} to ${to} `), element('strong', title));
  if (typeof body === 'string') item.append(element('pre', body));
  return item;
}

function prepend(list, items, most) {
  list.prepend(...items.reverse());
  while (list.childElementCount > most) list.lastElementChild.remove();
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

const span = (text) => element('span', text);

function time(instant) {
  const date = new Date(instant);
  const day = date.toLocaleDateString('en-GB', { weekday: 'short', timeZone: 'UTC' });
  return `${day} ${date.toISOString().slice(11, 16)}`;
}
