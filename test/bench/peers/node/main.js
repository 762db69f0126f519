// The benchmarks in JavaScript: main.js WAY SIZE [MORE].
'use strict';
const fs = require('fs');

const [way, size, ...more] = process.argv.slice(2);

function memory(key) {
  return 1024 * Number(new RegExp(key + ':\\s+(\\d+)').exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]);
}

async function measure(items, what) {
  const before = memory('VmRSS'), began = process.hrtime.bigint(), begin = process.cpuUsage();
  await what();
  const spent = process.cpuUsage(begin), wall = process.hrtime.bigint() - began;
  console.log(`RESULT items=${items} ns=${1000 * (spent.user + spent.system)} wall=${wall} bytes=${memory('VmHWM') - before}`);
}

function* count(n) {
  for (let i = 0; i < n; ++i) yield i;
}

function sum(values) {
  let found = 0;
  for (const value of values) found += value;
  return found;
}

function grow(from, to) {
  if (from === to) return null;
  const middle = (from + to) >> 1;
  return {value: middle, left: grow(from, middle), right: grow(middle + 1, to)};
}

function* walk(n) {
  if (n.left) yield* walk(n.left);
  yield n.value;
  if (n.right) yield* walk(n.right);
}

function* catching() {
  for (let caught = 0; ; ++caught) {
    try {
      for (;;) yield caught;
    } catch (problem) {}
  }
}

const afterThisRound = () => new Promise(resolve => setImmediate(resolve));

async function passing(passes) {
  for (let i = 0; i < passes; ++i) await afterThisRound();
}

async function sleeping(milliseconds) {
  await new Promise(resolve => setTimeout(resolve, milliseconds));
}

async function sleepers(n, same) {
  const all = [];
  for (let i = 0, random = 12345; i < n; ++i) {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    all.push(sleeping(same || (random >>> 8) % 1001));
  }
  await Promise.all(all);
}

async function nothing() {}

const ways = {
  step(n) {
    sum(count(20000));  // compiles it
    return measure(n, () => sum(count(n)));
  },
  tree(walks, shape, depth) {
    const nodes = 2 ** depth - 1, root = grow(0, nodes);
    return measure(walks * nodes, () => {
      for (let i = 0; i < walks; ++i) sum(walk(root));
    });
  },
  throw(n) {
    const g = catching(), problem = new Error('none');
    g.next();
    return measure(n, () => {
      for (let i = 0; i < n; ++i) g.throw(problem);
    });
  },
  switches(passes, tasks) {
    return measure(tasks * passes, () => Promise.all(Array.from({length: tasks}, () => passing(passes))));
  },
  sleepers(n, same) {
    return measure(n, () => sleepers(n, same));
  },
  gather(n) {
    return measure(1000 * n, async () => {
      for (let i = 0; i < n; ++i) await Promise.all(Array.from({length: 1000}, nothing));
    });
  },
};

ways[way](Number(size), ...more.map(word => Number(word) || word));
