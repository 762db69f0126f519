// The stepper's looks and elements. One file, no network; light and dark; for narrow screens, too.
#include "stepper.hpp"

namespace lasti {
namespace trace {

const char* const stepper_style = R"stepper(
:root {
  color-scheme: light dark;
  --paper: #f7f5f0; --card: #fffefb; --ink: #1f2530; --soft: #5b6472; --line: #ddd8cd;
  --lit: #ffe9b8; --was: #f6efdd; --accent: #b4430a; --good: #1c6b45; --bad: #b3261e;
  --key: #7a2e8f; --text: #1c6b45; --note: #6d7480; --chip: #ece8de; --tone: 38%; --turn: #fff; --shade: 0 1px 3px #0002;
}
:root[data-theme=dark] {
  --paper: #12161d; --card: #1a2029; --ink: #e8e6e0; --soft: #a3abb8; --line: #313a47;
  --lit: #57420f; --was: #2a2a23; --accent: #ffa25c; --good: #7fd6a4; --bad: #ff9a90;
  --key: #d5a3ec; --text: #9bd8a8; --note: #98a1ae; --chip: #2a323e; --tone: 64%; --turn: #14181f; --shade: 0 1px 3px #0008;
}
@media (prefers-color-scheme: dark) {
  :root:not([data-theme=light]) {
    --paper: #12161d; --card: #1a2029; --ink: #e8e6e0; --soft: #a3abb8; --line: #313a47;
    --lit: #57420f; --was: #2a2a23; --accent: #ffa25c; --good: #7fd6a4; --bad: #ff9a90;
    --key: #d5a3ec; --text: #9bd8a8; --note: #98a1ae; --chip: #2a323e; --tone: 64%; --turn: #14181f; --shade: 0 1px 3px #0008;
  }
}
:root[data-theme=light] { color-scheme: light; }
:root[data-theme=dark] { color-scheme: dark; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  display: flex; flex-direction: column; height: 100vh; height: 100dvh; }
code, pre, .mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
header { display: flex; align-items: baseline; gap: .8rem; padding: .55rem 1.1rem .2rem; }
header h1 { font-size: 1.05rem; margin: 0; letter-spacing: .01em; }
header .hint { color: var(--soft); font-size: .82rem; margin-left: auto; }
kbd { font: .78rem ui-monospace, monospace; background: var(--chip); border-radius: 4px;
  padding: 0 .35em; border-bottom: 2px solid var(--line); }
button { font: inherit; color: inherit; cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
.story { margin: .2rem 1.1rem .5rem; padding: .6rem .9rem; background: var(--card); border-radius: 10px;
  border-left: 6px solid var(--hue, var(--accent)); box-shadow: var(--shade); min-height: 4.6rem; }
.story p { margin: 0; font-size: 1.12rem; line-height: 1.4; }
.story .twin { margin-top: .25rem; font-size: .9rem; color: var(--soft); }
.story .twin code { color: var(--text); font-size: .95rem; }
.bar { display: flex; align-items: center; gap: .5rem; padding: .35rem 1.1rem; flex-wrap: wrap; }
.bar button { border: 1px solid var(--line); background: var(--card); border-radius: 8px;
  min-width: 2.7rem; min-height: 2.5rem; padding: 0 .6rem; font-size: 1rem; box-shadow: var(--shade); }
.bar button:hover { border-color: var(--accent); }
.bar button:disabled { opacity: .4; cursor: default; }
.bar #play { background: var(--accent); color: var(--card); border-color: transparent; font-weight: 600; min-width: 5.2rem; }
.track { flex: 1 1 16rem; min-width: 10rem; }
.track input { width: 100%; margin: 0; accent-color: var(--accent); display: block; height: 1.4rem; }
.strip { display: flex; height: 7px; border-radius: 4px; overflow: hidden; background: var(--chip); margin: 0 7px; }
.strip[hidden] { display: none; }
.strip span { background: var(--hue, transparent); }
.count { color: var(--soft); font-variant-numeric: tabular-nums; min-width: 7.5em; text-align: right; font-size: .9rem; }
main { flex: 1; min-height: 0; display: grid; gap: .8rem; padding: .3rem 1.1rem 1rem;
  grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr); }
.right { display: flex; flex-direction: column; gap: .8rem; min-height: 0; overflow-y: auto; padding: 0 2px 4px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; box-shadow: var(--shade); }
section > h2 { font-size: .78rem; text-transform: uppercase; letter-spacing: .08em; color: var(--soft);
  margin: 0; padding: .55rem .9rem .2rem; display: flex; gap: .6rem; align-items: center; }
.source { display: flex; flex-direction: column; min-height: 0; overflow: hidden; }
.tabs { display: flex; gap: .25rem; padding: .45rem .6rem 0; flex-wrap: wrap; border-bottom: 1px solid var(--line); }
.tabs button { border: 1px solid transparent; border-bottom: 0; background: none; padding: .2rem .7rem; border-radius: 8px 8px 0 0;
  font-size: .86rem; color: var(--soft); }
.tabs button[aria-selected=true] { background: var(--paper); color: var(--ink); border-color: var(--line); font-weight: 600; }
.code { overflow: auto; flex: 1; margin: 0; padding: .4rem 0 2rem; font-size: .875rem; line-height: 1.55; position: relative; }
.code ol { list-style: none; margin: 0; padding: 0; min-width: max-content; }
.code li { display: grid; grid-template-columns: 3.1rem 3.6rem 1fr; white-space: pre; padding-right: 1rem; border-left: 4px solid transparent; }
.code li.was { background: var(--was); }
.code li.lit { background: var(--lit); border-left-color: var(--accent); }
.code .no { text-align: right; color: var(--note); padding-right: .6rem; user-select: none; }
.code .no button { border: 0; background: none; padding: 0; color: var(--ink); font: inherit; text-decoration: underline dotted var(--accent); text-underline-offset: 3px; }
.code .labels { user-select: none; color: var(--note); font-size: .75rem; }
.code .labels b { font-weight: 600; background: var(--chip); border-radius: 9px; padding: 0 .45em; margin-right: .2em; }
.code .labels b.at { background: var(--accent); color: var(--card); }
.k { color: var(--key); } .m { color: var(--accent); font-weight: 600; } .s { color: var(--text); } .c { color: var(--note); font-style: italic; }
.clock { font-variant-numeric: tabular-nums; font-size: 1.5rem; font-weight: 650; color: var(--ink); text-transform: none; letter-spacing: 0; margin-left: auto; line-height: 1; }
.inner { padding: .2rem .9rem .8rem; }
.row { display: flex; align-items: center; gap: .45rem; flex-wrap: wrap; min-height: 2.5rem; margin: .25rem 0; }
.row > .what { flex: 0 0 7.4rem; color: var(--soft); font-size: .85rem; }
.box { border: 2px solid var(--hue, var(--line)); border-radius: 8px; padding: .12rem .6rem; background: var(--paper); font-size: .9rem; }
.box.new { animation: arrive .35s ease-out; }
.box.turn { background: var(--hue); color: var(--turn); font-weight: 600; }
@keyframes arrive { from { transform: translateX(14px); opacity: 0; } }
.none { color: var(--note); font-size: .88rem; font-style: italic; }
.heap svg { max-width: 100%; height: auto; display: block; }
.heap .none { display: block; padding-top: .6rem; }
.heap rect { fill: var(--paper); stroke-width: 2; }
.heap text { fill: var(--ink); font-size: 13px; }
.heap .when { fill: var(--soft); font-size: 12px; }
.heap path { stroke: var(--line); stroke-width: 2; fill: none; }
table { border-collapse: collapse; font-size: .88rem; width: 100%; }
td, th { text-align: left; padding: .12rem .6rem .12rem 0; vertical-align: top; }
th { font-weight: 500; color: var(--soft); }
.tasks th { white-space: nowrap; width: 1%; }
.tasks button { border: 0; background: none; padding: 0; text-decoration: underline dotted; font-weight: 600; }
.dot { display: inline-block; width: .7em; height: .7em; border-radius: 50%; background: var(--hue); margin-right: .45em; }
.frame { border: 1px solid var(--line); border-left: 5px solid var(--hue); border-radius: 8px; padding: .4rem .7rem .5rem; background: var(--paper); }
.frame.now { box-shadow: 0 0 0 2px var(--accent); }
.frame h3 { margin: 0; font-size: 1rem; display: flex; gap: .5rem; align-items: center; flex-wrap: wrap; }
.chip { background: var(--chip); border-radius: 10px; padding: 0 .6em; font-size: .76rem; font-weight: 500; }
.chip.running, .chip.delegating { background: var(--good); color: var(--card); }
.chip.closed { text-decoration: line-through; color: var(--soft); }
.parts { display: flex; flex-wrap: wrap; gap: .35rem 1.4rem; margin-top: .3rem; align-items: flex-start; }
.part { font-size: .86rem; } .part > b { display: block; font-weight: 500; color: var(--soft); font-size: .74rem; }
.lasti { font-size: 1.25rem; font-weight: 650; line-height: 1.2; }
.blocks { display: flex; flex-direction: column-reverse; gap: 2px; }
.blocks span { border: 1px solid var(--line); background: var(--card); border-radius: 5px; padding: 0 .5em; }
.link { color: var(--soft); font-size: .8rem; padding: .1rem 0 .1rem 1.3rem; }
.others { margin-top: .6rem; font-size: .86rem; color: var(--soft); }
.others button { border: 1px solid var(--line); border-radius: 12px; background: var(--paper); padding: 0 .6em; margin: .12rem .15rem; font-size: .84rem; color: var(--ink); }
.output pre { margin: 0; padding: .2rem .9rem .8rem; max-height: 13rem; overflow: auto; font-size: .875rem; white-space: pre-wrap; }
.output mark { background: var(--lit); color: inherit; border-radius: 3px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 860px) {
  body { height: auto; display: block; padding-bottom: 5.6rem; }
  header .hint { display: none; }
  .story { position: sticky; top: 0; z-index: 2; margin: .2rem .6rem; }
  .story p { font-size: 1rem; } .story { min-height: 6.2rem; }
  .bar { position: fixed; bottom: 0; left: 0; right: 0; background: var(--card); border-top: 1px solid var(--line); padding: .4rem .6rem calc(.4rem + env(safe-area-inset-bottom)); z-index: 3; }
  .track { order: -1; flex: 1 1 100%; } .count { margin-left: auto; min-width: 0; }
  main { display: block; padding: .3rem .6rem; } main > * { margin-bottom: .7rem; }
  .row > .what { flex-basis: 6.2rem; }
  .right { overflow: visible; } .code { max-height: 46vh; } .code li { grid-template-columns: 2.3rem 2.6rem 1fr; }
  .bar #first, .bar #last { display: none; }
}
@media (prefers-reduced-motion: reduce) { .box.new { animation: none; } }
)stepper";

const char* const stepper_body = R"stepper(<body>
<header>
  <h1><span id="title"></span></h1>
  <span class="hint"><kbd>←</kbd> <kbd>→</kbd> step, <kbd>space</kbd> play, <kbd>N</kbd> next turn, click a line or a task to jump</span>
  <button id="theme" class="chip" type="button" style="border:0">light / dark</button>
</header>
<div class="story" id="story" aria-live="polite" role="status"><p id="sentence"></p>
  <p class="twin" id="twin"></p></div>
<div class="bar" role="toolbar" aria-label="Steps">
  <button id="first" type="button" aria-label="To the beginning" title="Home">|◀</button>
  <button id="back" type="button" aria-label="Step back" title="←">◀</button>
  <button id="play" type="button" aria-pressed="false" title="Space">Play</button>
  <button id="next" type="button" aria-label="Step forward" title="→">▶</button>
  <button id="last" type="button" aria-label="To the end" title="End">▶|</button>
  <div class="track"><input id="slider" type="range" min="0" value="0" aria-label="Step">
    <div class="strip" id="strip" aria-hidden="true"></div></div>
  <span class="count" id="count"></span>
</div>
<main>
  <section class="source" aria-label="Source">
    <div class="tabs" role="tablist" aria-label="Files" id="tabs"></div>
    <div class="code mono" id="code" tabindex="0" role="tabpanel" aria-label="Source, the lit line is where the body stands"></div>
  </section>
  <div class="right">
    <section id="loop" aria-labelledby="loop-head"><h2 id="loop-head">The loop <span class="clock" id="clock"></span></h2>
      <div class="inner">
        <div class="row"><span class="what">has its turn</span><span id="turn"></span></div>
        <div class="row"><span class="what">ready (deque)</span><span class="row" id="ready" style="margin:0"></span></div>
        <div class="row heap" style="align-items:flex-start"><span class="what" style="padding-top:.6rem">asleep (heap)</span><div id="heap" style="flex:1;min-width:0"></div></div>
        <table class="tasks"><caption class="hidden">Tasks</caption><tbody id="tasks"></tbody></table>
      </div></section>
    <section aria-labelledby="frames-head"><h2 id="frames-head">Frames</h2><div class="inner" id="frames"></div></section>
    <section class="output" aria-labelledby="output-head"><h2 id="output-head">Output</h2><pre id="output"></pre></section>
  </div>
</main>
)stepper";

}  // namespace trace
}  // namespace lasti
