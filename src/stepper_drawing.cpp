// The stepper's script: what it draws of a step, and how it goes from one to the next.
#include "stepper.hpp"

namespace lasti {
namespace trace {

const char* const stepper_drawing = R"stepper(
'use strict';
const run = JSON.parse(document.getElementById('run').textContent);
const steps = run.steps, frames = run.frames;
const find = id => document.getElementById(id);
const make = (tag, cls, text) => {
  const e = document.createElement(tag);
  if (cls) e.className = cls;
  if (text !== undefined) e.textContent = text;
  return e;
};
// Each task has a colour of its own, from its first appearance on.
const hues = new Map(), wheel = [212, 24, 150, 286, 340, 186, 52, 100];
const hue = name => {
  if (!name) return 'var(--soft)';
  if (!hues.has(name)) hues.set(name, hues.size);
  const i = hues.get(name);
  return `hsl(${wheel[i % wheel.length]} ${i < 8 ? 62 : 34}% var(--tone))`;
};
for (const s of steps) if (s.loop) for (const w of s.loop.w) hue(w[0]);
const seconds = t => (Math.round(t * 1000) / 1000) + ' s';

// ---- source
const words = new RegExp([
  '(//.*$|/\\*.*?\\*/)', '("(?:[^"\\\\]|\\\\.)*"|\'(?:[^\'\\\\]|\\\\.)\')',
  '\\b((?:LASTI_)?(?:BEGIN|END|YIELD|YIELD_SET|YIELD_FROM|YIELD_FROM_SET|AWAIT|AWAIT_SET|RETURN|RAISE|RERAISE|TRY|EXCEPT|EXCEPT_AS|EXCEPT_ANY|ELSE|FINALLY|END_TRY|FOR|END_FOR|WITH|WITH_SET|END_WITH|ASYNC_FOR|END_ASYNC_FOR|ASYNC_WITH|ASYNC_WITH_SET|END_ASYNC_WITH|GENERATOR|COROUTINE|ASYNC_GENERATOR|GENERATOR_BODY|COROUTINE_BODY|ASYNC_GENERATOR_BODY|LOCALS|CAUGHT))\\b',
  '\\b(return|for|while|if|else|int|long|double|bool|void|auto|const|struct|class|true|false|nullptr|namespace|template|typename|static|break|continue|try|catch|throw|async|await|def|yield|from|in|import|except|finally|raise|with|as|pass|None|True|False|not|and|or)\\b',
  '(^\\s*#.*$)'].join('|'), 'g');
function paint(into, text, python) {
  const source = python ? text.replace(/#.*$/, '') : text;
  let at = 0;
  for (const m of source.matchAll(words)) {
    if (python && m[1]) continue;
    into.append(source.slice(at, m.index));
    into.append(make('span', m[1] ? 'c' : m[2] ? 's' : m[3] ? 'm' : m[4] ? 'k' : 'c', m[0]));
    at = m.index + m[0].length;
  }
  into.append(source.slice(at));
  if (python && text.length > source.length) into.append(make('span', 'c', text.slice(source.length)));
}
const views = [];
run.files.forEach((f, i) => {
  views.push({file: i, name: f.name, lines: f.lines, labels: f.labels});
  if (f.python.length) views.push({file: -1, name: f.name.replace(/\.\w+$/, '.py'), lines: f.python, labels: {}});
});
const firstAt = new Map();
steps.forEach((s, i) => { if (s.here) { const k = s.a + ':' + s.l; if (!firstAt.has(k)) firstAt.set(k, i); } });
for (const v of views) {
  v.list = make('ol');
  if (!v.lines.length) v.list.append(make('li', 'none', '  (the source was not there when the page was written)'));
  v.rows = v.lines.map((line, n) => {
    const li = make('li'), no = make('span', 'no'), labels = make('span', 'labels'), text = make('span');
    if (v.file >= 0 && firstAt.has(v.file + ':' + (n + 1))) {
      const b = make('button', '', n + 1);
      b.type = 'button';
      b.setAttribute('aria-label', 'Line ' + (n + 1) + ': to the next step here');
      b.onclick = () => seek(s => s.here && s.a === v.file && s.l === n + 1);
      no.append(b);
    } else no.textContent = n + 1;
    for (const l of (v.labels[n + 1] || '').split(' ')) if (l) {
      const b = make('b', '', l.replace('-', '−'));
      b.dataset.label = l;
      b.title = 'case ' + l + ' of the switch';
      labels.append(b);
    }
    paint(text, line, v.file < 0);
    li.append(no, labels, text);
    v.list.append(li);
    return li;
  });
  v.tab = make('button', '', v.name);
  v.tab.type = 'button';
  v.tab.setAttribute('role', 'tab');
  v.tab.onclick = () => show(v);
  find('tabs').append(v.tab);
}
let shown = null;
function show(v) {
  if (shown === v || !v) return;
  shown = v;
  for (const other of views) other.tab.setAttribute('aria-selected', other === v);
  find('code').replaceChildren(v.list);
}
function light(s, look) {
  const v = views.find(view => view.file === s.a);
  if (!v) return;
  for (const row of find('code').querySelectorAll('.lit, .was')) row.classList.remove('lit', 'was');
  for (const b of find('code').querySelectorAll('.at')) b.classList.remove('at');
  show(v);
  for (const b of v.list.querySelectorAll('.at')) b.classList.remove('at');
  for (const row of v.list.querySelectorAll('.lit, .was')) row.classList.remove('lit', 'was');
  const row = v.rows[s.l - 1];
  if (!row) return;
  row.classList.add(s.here ? 'lit' : 'was');
  const frame = frames[s.f];
  if (look && frame && look.i >= -1) {
    // The label nearest behind the first line of its body.
    const chips = [...v.list.querySelectorAll(`[data-label="${look.i}"]`)];
    const below = chips.filter(c => v.rows.indexOf(c.closest('li')) + 1 >= frame.line);
    if (below.length) below[0].classList.add('at');
  }
  const box = find('code'), top = row.offsetTop;
  if (top < box.scrollTop + 40 || top > box.scrollTop + box.clientHeight - 80)
    box.scrollTop = Math.max(0, top - box.clientHeight / 2.6);
}

// ---- the loop
const box = (name, cls) => {
  const e = make('span', 'box ' + (cls || ''), name);
  e.style.setProperty('--hue', hue(name));
  return e;
};
function drawHeap(h) {
  if (!h.length) return make('span', 'none', 'nobody');
  const W = 104, H = 46, GX = 12, GY = 26, NS = 'http://www.w3.org/2000/svg';
  const at = [];
  let next = 0, depth = 0;
  (function place(i, d) {
    depth = Math.max(depth, d);
    const children = [1, 2, 3, 4].map(c => 4 * i + c).filter(c => c < h.length);
    children.forEach(c => place(c, d + 1));
    const x = children.length ? (at[children[0]][0] + at[children[children.length - 1]][0]) / 2 : next++ * (W + GX);
    at[i] = [x, d * (H + GY)];
  })(0, 0);
  const width = Math.max(next * (W + GX) - GX, W), height = depth * (H + GY) + H;
  const svg = document.createElementNS(NS, 'svg');
  svg.setAttribute('viewBox', `-2 -2 ${width + 4} ${height + 4}`);
  svg.setAttribute('width', width + 4);
  svg.setAttribute('height', height + 4);
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', 'Heap, earliest first: ' + h.map(e => e[0] + ' until ' + seconds(e[1])).join(', '));
  const add = (tag, attributes, text) => {
    const e = document.createElementNS(NS, tag);
    for (const k in attributes) e.setAttribute(k, attributes[k]);
    if (text) e.textContent = text;
    svg.append(e);
  };
  h.forEach((e, i) => {
    if (!i) return;
    const [px, py] = at[(i - 1) >> 2], [x, y] = at[i];
    add('path', {d: `M${px + W / 2} ${py + H} C${px + W / 2} ${py + H + GY / 1.6} ${x + W / 2} ${y - GY / 1.6} ${x + W / 2} ${y}`});
  });
  h.forEach((e, i) => {
    const [x, y] = at[i];
    add('rect', {x, y, width: W, height: H, rx: 8, style: 'stroke:' + hue(e[0])});
    add('text', {x: x + W / 2, y: y + 19, 'text-anchor': 'middle'}, e[0].length > 13 ? e[0].slice(0, 12) + '…' : e[0]);
    add('text', {x: x + W / 2, y: y + 36, 'text-anchor': 'middle', class: 'when'}, 'until ' + seconds(e[1]));
  });
  return svg;
}
let readyBefore = [];
function drawLoop(s) {
  find('loop').hidden = !steps.some(x => x.loop);
  const now = s.loop || {t: 0, r: [], h: [], w: []};
  find('clock').textContent = seconds(now.t);
  find('turn').replaceChildren(s.q ? box(s.q, 'turn') : make('span', 'none', 'nobody'));
  find('ready').replaceChildren(...(now.r.length ? now.r.map((name, i) =>
    box(name, readyBefore[i] === name || i < now.r.length - 1 && readyBefore.includes(name) ? '' : 'new')) : [make('span', 'none', 'empty')]));
  readyBefore = now.r;
  find('heap').replaceChildren(drawHeap(now.h));
  find('tasks').replaceChildren(...[...now.w].sort((a, b) => hues.get(a[0]) - hues.get(b[0])).map(w => {
    const tr = make('tr'), th = make('th'), dot = make('span', 'dot'), b = make('button', '', w[0]);
    th.scope = 'row';
    dot.style.setProperty('--hue', hue(w[0]));
    b.type = 'button';
    b.title = 'to the next turn of ' + w[0];
    b.onclick = () => seek(x => x.k === 'turn' && x.q === w[0]);
    th.append(dot, b);
    tr.append(th, make('td', '', w[1]));
    return tr;
  }));
}

// ---- frames
function taskOf(looks, n, s) {
  const seen = new Set();
  let at = n;
  while (looks.has(at) && looks.get(at).k && !seen.has(at)) { seen.add(at); at = looks.get(at).k; }
  const w = s.loop && s.loop.w.find(x => x[2] === at);
  return w ? w[0] : '';
}
function card(look, isNow, owner, goesOn) {
  const state = isNow && goesOn ? 'running' : look.s;
  const f = frames[look.n], e = make('div', 'frame' + (isNow ? ' now' : '')), h = make('h3');
  e.style.setProperty('--hue', hue(owner));
  h.append(make('span', 'mono', f.name), make('span', 'chip', f.kind), make('span', 'chip ' + state, state));
  if (owner) h.append(make('span', 'chip', owner));
  e.append(h);
  const parts = make('div', 'parts');
  const part = (name, ...content) => {
    const p = make('div', 'part');
    p.append(make('b', '', name), ...content);
    parts.append(p);
  };
  part('f_lasti', make('span', 'lasti mono', String(look.i).replace('-', '−')));
  part('f_lineno', make('span', 'lasti mono', look.l));
  if (look.v.length) {
    const t = make('table');
    for (const [name, value] of look.v) {
      const tr = make('tr'), th = make('th', 'mono', name);
      th.scope = 'row';
      tr.append(th, make('td', 'mono', value));
      t.append(tr);
    }
    part('locals', t);
  }
  if (look.b.length) {
    const stack = make('div', 'blocks');
    for (const [statement, line, clause, exception, why] of look.b)
      stack.append(make('span', '', `${statement} (line ${line}): ${clause}` + (exception ? ', ' + exception : '') + (why ? ', then ' + why : '')));
    part('block stack, the innermost on top', stack);
  }
  e.append(parts);
  return e;
}
function drawFrames(s) {
  const looks = new Map(s.c.map(i => [run.looks[i].n, run.looks[i]]));
  const into = find('frames');
  into.replaceChildren();
  let at = s.f, top = s.f;
  const chain = [], seen = new Set();
  while (looks.has(top) && looks.get(top).k && looks.has(looks.get(top).k) && !seen.has(top)) { seen.add(top); top = looks.get(top).k; }
  for (seen.clear(); looks.has(top) && !seen.has(top); top = looks.get(top).y) { seen.add(top); chain.push(looks.get(top)); }
  chain.forEach((look, i) => {
    if (i) into.append(make('div', 'link', '↓ gi_yieldfrom        ↑ back'));
    into.append(card(look, look.n === at, taskOf(looks, look.n, s), s.k === 'resumed'));
  });
  const others = [...looks.values()].filter(l => !seen.has(l.n) && l.s !== 'closed' && !frames[l.n].ours);
  if (!chain.length && !others.length) into.append(make('p', 'none', 'none yet'));
  if (others.length) {
    const p = make('div', 'others', chain.length ? 'also alive: ' : 'alive: ');
    for (const l of others) {
      const b = make('button', 'mono', `${frames[l.n].name} · ${l.i}`.replace('-', '−'));
      b.type = 'button';
      b.title = 'to the next step of ' + frames[l.n].name;
      b.onclick = () => seek(x => x.here && x.f === l.n);
      p.append(b);
    }
    into.append(p);
  }
  return looks.get(s.f);
}
)stepper";

const char* const stepper_script = R"stepper(
let at = 0, timer = 0;
function go(to) {
  const isNext = to === at + 1;
  at = Math.max(0, Math.min(steps.length - 1, to));
  const s = steps[at], before = at ? steps[at - 1] : null;
  find('story').style.setProperty('--hue', hue(s.q));
  find('sentence').textContent = s.s;
  const twin = s.here && run.files[s.a].twins[s.l];
  find('twin').replaceChildren();
  if (twin) find('twin').append('in Python: ', make('code', '', twin));
  if (!isNext && s.loop) readyBefore = s.loop.r;  // nobody has just arrived
  drawLoop(s);
  light(s, drawFrames(s));
  const bytes = new TextEncoder().encode(run.output), text = new TextDecoder();
  const old = before ? before.o : 0, out = find('output');
  out.replaceChildren(text.decode(bytes.slice(0, Math.min(old, s.o))));
  if (s.o > old) out.append(make('mark', '', text.decode(bytes.slice(old, s.o))));
  if (!s.o) out.replaceChildren(make('span', 'none', 'nothing yet'));
  out.scrollTop = out.scrollHeight;
  find('slider').value = at;
  find('slider').setAttribute('aria-valuetext', `step ${at + 1} of ${steps.length}: ${s.s}`);
  find('count').textContent = `${at + 1} of ${steps.length}`;
  find('back').disabled = find('first').disabled = at === 0;
  find('next').disabled = find('last').disabled = at === steps.length - 1;
  try { history.replaceState(null, '', '#' + (at + 1)); } catch (e) { /* a page in a frame may not */ }
}
// The next step of which `is` holds, from here on and then from the beginning.
function seek(is) {
  for (let i = 1; i <= steps.length; ++i) {
    const to = (at + i) % steps.length;
    if (is(steps[to])) return go(to);
  }
}
function play(on) {
  clearInterval(timer);
  timer = 0;
  if (on && at === steps.length - 1) go(0);
  if (on) timer = setInterval(() => at < steps.length - 1 ? go(at + 1) : play(false), 1100);
  find('play').textContent = on ? 'Pause' : 'Play';
  find('play').setAttribute('aria-pressed', on);
}
find('first').onclick = () => go(0);
find('back').onclick = () => go(at - 1);
find('next').onclick = () => go(at + 1);
find('last').onclick = () => go(steps.length - 1);
find('play').onclick = () => play(!timer);
find('slider').oninput = e => go(+e.target.value);
find('slider').max = steps.length - 1;
const themes = ['', 'dark', 'light'];
find('theme').onclick = () => {
  const root = document.documentElement, dark = matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = (root.dataset.theme || (dark ? 'dark' : 'light')) === 'dark' ? 'light' : 'dark';
};
document.addEventListener('keydown', e => {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const keys = {
    ArrowRight: () => go(at + 1), ArrowLeft: () => go(at - 1), Home: () => go(0), End: () => go(steps.length - 1),
    PageDown: () => go(at + 10), PageUp: () => go(at - 10), n: () => seek(s => s.k === 'turn'), N: () => seek(s => s.k === 'turn'),
  };
  const inCode = e.target.id === 'code';
  if (e.key === ' ' && e.target.tagName !== 'BUTTON') keys[' '] = () => play(!timer);
  if (inCode && /Page|Home|End/.test(e.key) || !keys[e.key]) return;
  e.preventDefault();
  keys[e.key]();
});
find('title').textContent = run.title + ', step by step';
{
  let from = 0;
  const strip = find('strip');
  strip.hidden = !steps.some(s => s.q);
  for (let i = 1; i <= steps.length; ++i) if (i === steps.length || steps[i].q !== steps[from].q) {
    const span = make('span');
    span.style.flex = i - from;
    if (steps[from].q) span.style.setProperty('--hue', hue(steps[from].q));
    strip.append(span);
    from = i;
  }
}
if (!steps.length) {
  find('sentence').textContent = 'Nothing was recorded: no generator or coroutine was made while it was observed.';
  find('loop').hidden = true;
} else {
  if (run.leftOut) find('count').title = run.leftOut + ' more steps were left out';
  go((parseInt(location.hash.slice(1), 10) || 1) - 1);
}
)stepper";

}  // namespace trace
}  // namespace lasti
