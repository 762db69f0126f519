"""stepper.py FOLDER: the pages that step through the examples there, in a real browser without a screen.

A script that is put behind the page steps as a reader does, with keys, buttons, the slider, lines and
tasks, and writes what the page shows after each step.
"""
import html
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from serving import LIMIT, installed, tap

FOLDER = Path(sys.argv[1])
EXAMPLES = Path(__file__).resolve().parents[2] / 'docs/examples'

READER = r'''<script>
const errors = [], text = id => document.getElementById(id).innerText.replace(/\s+/g, ' ').trim();
window.onerror = what => { errors.push(String(what)); };
const seen = () => ({
  sentence: text('sentence'), twin: text('twin'), clock: text('clock'), turn: text('turn'), ready: text('ready'),
  heap: (document.querySelector('#heap svg') || {getAttribute: () => ''}).getAttribute('aria-label'),
  boxes: document.querySelectorAll('#heap rect').length, tasks: text('tasks'), frames: text('frames'),
  cards: document.querySelectorAll('#frames .frame').length, blocks: [...document.querySelectorAll('.blocks span')].map(e => e.innerText),
  output: document.getElementById('output').textContent, count: text('count'),
  lit: [...document.querySelectorAll('#code .lit')].map(e => e.children[2].textContent.trim()).join('|'),
  label: [...document.querySelectorAll('#code .at')].map(e => e.textContent).join('|'),
});
const key = name => document.body.dispatchEvent(new KeyboardEvent('keydown', {key: name, bubbles: true, cancelable: true}));
const click = id => document.getElementById(id).click();
const pause = time => new Promise(done => setTimeout(done, time));
const number = () => parseInt(text('count'));
(async () => {
  const out = {forward: [], back: [], more: {}};
  key('Home');
  for (let i = 0; i < steps.length; ++i, key('ArrowRight')) out.forward.push(seen());
  out.more.stays = number() === steps.length && document.getElementById('next').disabled;
  for (let i = 0; i < steps.length; ++i, key('ArrowLeft')) out.back.push(seen());
  out.back.reverse();
  out.more.begins = number() === 1 && document.getElementById('back').disabled;
  click('next'), click('next'), click('back');
  out.more.buttons = number() === 2;
  key('End');
  out.more.end = number() === steps.length;
  click('first');
  const slider = document.getElementById('slider');
  slider.value = Math.floor(steps.length / 2);
  slider.dispatchEvent(new Event('input'));
  out.more.slider = number() === Math.floor(steps.length / 2) + 1 && slider.getAttribute('aria-valuetext').includes(text('sentence'));
  out.more.lines = true;
  for (const line of document.querySelectorAll('#code .no button')) {
    line.click();
    out.more.lines = out.more.lines && document.querySelector('#code .lit .no').innerText === line.innerText;
  }
  out.more.tasks = true;
  key('End');
  for (let i = 0; i < document.querySelectorAll('#tasks button').length; ++i) {
    const task = document.querySelectorAll('#tasks button')[i], name = task.innerText;
    task.click();
    out.more.tasks = out.more.tasks && text('turn') === name;
  }
  click('first'), click('play');
  await pause(2500);
  out.more.plays = number() === 3 && text('play') === 'Pause';
  key(' ');
  await pause(2500);
  out.more.pauses = number() === 3 && text('play') === 'Play';
  const tabs = document.querySelectorAll('#tabs button');
  tabs[tabs.length - 1].click();
  out.more.tabs = tabs[tabs.length - 1].getAttribute('aria-selected') === 'true' && document.querySelectorAll('#code li').length > 1;
  click('theme');
  const one = getComputedStyle(document.body).backgroundColor;
  click('theme');
  out.more.themes = one !== getComputedStyle(document.body).backgroundColor;
  out.more.named = [...document.querySelectorAll('button, input')].every(e => e.innerText.trim() || e.getAttribute('aria-label'));
  out.more.wide = document.documentElement.scrollWidth - innerWidth;
  out.more.network = performance.getEntriesByType('resource').length;
  out.errors = errors;
  const pre = document.createElement('pre');
  pre.id = 'read';
  pre.textContent = JSON.stringify(out);
  document.body.append(pre);
})();
</script>'''


def page(name, folder):
    path = Path(folder) / (name + '.html')
    subprocess.run([str(FOLDER / name)] + ['--virtual'] * (name == 'counters'), check=True, timeout=LIMIT,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=str(EXAMPLES.parents[1]),
                   env=dict(os.environ, LASTI_TRACE=str(path)))
    return path


def read(name, width=1400):
    """What a reader of the page sees."""
    browser = installed('chromium')
    with tempfile.TemporaryDirectory() as folder:
        path = page(name, folder)
        path.write_text(path.read_text().replace('</body>', READER + '</body>'))
        done = subprocess.run([browser, '--headless', '--no-sandbox', '--disable-gpu', '--dump-dom',
                               '--user-data-dir=' + folder, '--window-size=%d,900' % width,
                               '--virtual-time-budget=60000', path.as_uri()],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=4 * LIMIT)
    found = re.search(r'<pre id="read">(.*?)</pre>', done.stdout.decode(), re.S)
    if not found:
        raise AssertionError('the page did not get to its end: ' + done.stderr.decode(errors='replace')[-2000:])
    return json.loads(html.unescape(found.group(1)))


def shows(steps, **what):
    """Some step shows all of this: as part of the text, or as the number."""
    def fits(value, wanted):
        return wanted in value if isinstance(wanted, str) else wanted == value
    return None if any(all(fits(s[k], v) for k, v in what.items()) for s in steps) else 'no step shows %r' % what


EXPECTED = {                             # of each example, what some of its steps show
    'square_send': [
        dict(sentence='square(…) is called', lit='return GENERATOR(int, int) {', label='', twin='def square(…):'),
        dict(sentence='has the value 12, which was sent', twin='x = yield x * x', label='2', frames='running'),
        dict(sentence='square yields 9: label 2', lit='for (;;) YIELD_SET(x, x * x);   // x = yield x ** 2'),
        dict(sentence='GeneratorExit arrives at square')],
    'try_finally': [
        dict(sentence='std::runtime_error: E arrives', blocks=['TRY (line 14): body']),
        dict(sentence='at the clauses of the TRY of line 14', blocks=['TRY (line 14): EXCEPT, std::runtime_error: E']),
        dict(blocks=['TRY (line 14): FINALLY, GeneratorExit, then raise'])],
    'yield_from_tree': [
        dict(cards=3, sentence='yields', frames='↓ gi_yieldfrom ↑ back', lit='YIELD(n->value);'),
        dict(sentence='yields from walk', twin='yield from walk(n.left)')],
    'states': [dict(frames='locals n 3 step 2')],
    'counters': [
        dict(boxes=2, heap='Heap, earliest first: Task-1 until 1 s, Task-2 until 3 s', turn='nobody', clock='0 s'),
        dict(sentence='The deque is empty: the loop waits', ready='empty', twin=''),
        dict(ready='Task-1 Task-2', sentence='Round'),
        dict(turn='Task-2', twin='await asyncio.sleep(3)', clock='12 s'),
        dict(clock='15 s', tasks='Task-1 is done Task-2 is done')],
    'gathered': [
        dict(sentence='has failed: std::out_of_range: no page 404'),
        dict(tasks='waits for gather(', boxes=3, clock='0 s'),
        dict(sentence='std::out_of_range: no page 404 arrives at fetch_all', blocks=['TRY (line 33): body'])],
    'producer_consumer': [
        dict(tasks='Task-2 waits for queue.get'), dict(sentence='Task-2 joins the deque', turn='Task-4'),
        dict(sentence='queue_shut_down', blocks=['TRY (line 30): body']), dict(ready='Task-3 Task-5')],
}


def check(name):
    was = read(name)
    wrong = [str(e) for e in was['errors']]
    for i, (there, back) in enumerate(zip(was['forward'], was['back'])):
        if there != back:
            wrong.append('step %d is not the same on the way back: %r, %r' % (i + 1, there, back))
            break
    counts = [s['count'] for s in was['forward']]
    if counts != ['%d of %d' % (i + 1, len(counts)) for i in range(len(counts))]:
        wrong.append('it counts ' + ', '.join(counts))
    wanted = dict.fromkeys(was['more'], True)
    wanted.update(wide=0, network=0)
    if was['more'] != wanted:
        wrong.append(repr(was['more']))
    output = (EXAMPLES / (name + '.txt')).read_text()
    if was['forward'][-1]['output'] != output:
        wrong.append('its output is ' + repr(was['forward'][-1]['output']))
    wrong += filter(None, (shows(was['forward'], **what) for what in EXPECTED[name]))
    return '\n'.join(wrong) or None


def narrow():
    """On a phone nothing stands out over the edge."""
    more = read('counters', 390)['more']
    return None if more['wide'] <= 0 else repr(more)


def alone():
    """The page names nothing outside of itself but the namespace of its drawings."""
    with tempfile.TemporaryDirectory() as folder:
        text = page('counters', folder).read_text()
    links = set(re.findall(r'(?:https?:)?//[\w.-]+\.\w+[\w/.]*|(?:src|href)=|@import|url\(', text))
    return None if links <= {'http://www.w3.org/2000/svg'} else str(links)


tap.run([('steps through %s, forward and back' % name, lambda n=name: check(n)) for name in EXPECTED] +
        [('fits a narrow screen', narrow), ('needs no network', alone)])
