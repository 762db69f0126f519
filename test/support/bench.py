"""bench.py PROGRAM…: the benchmarks still run, with little to do; those of others that need nothing compile; and the page
and the charts are those of the results that are committed."""
import subprocess
import sys
from pathlib import Path

import tap

HERE = Path(__file__).resolve().parents[1] / 'bench'
sys.path.insert(0, str(HERE))
import bench  # noqa: E402
import charts  # noqa: E402
import programs  # noqa: E402
import report  # noqa: E402
from rows import SECTIONS  # noqa: E402

BUILT = {Path(path).name[len('bench_'):]: path for path in sys.argv[1:]}
ROWS = [row for section in SECTIONS.values() for group in section.groups for row in group.rows if row.is_lasti]
FREE = ['peers/%s/%s' % (folder, path.stem) for folder in ('by_hand', 'cpp20') for path in sorted((HERE / 'peers' / folder).glob('*.cpp'))]


def runs(row):
    way = 'virtual' if row.way == 'real' else row.way       # and nobody waits
    size = row.counted[0] if row.counted else max(1, row.size // 1000)
    try:
        programs.measure([BUILT[row.program], way, str(min(size, 10000)), *row.counted_more])
    except RuntimeError as problem:
        return str(problem)
    return None


def compiles(program):
    done = subprocess.run(['g++', '-std=c++' + programs.CXX[programs.folder_of(program)].std, '-Wall', '-Wextra', '-Wshadow', '-Wconversion',
                           '-Werror', '-fsyntax-only', '-iquote', str(HERE), str(HERE / (program + '.cpp'))],
                          stderr=subprocess.PIPE, universal_newlines=True)
    return done.stderr if done.returncode else None


def is_written():
    results, curved = bench.load(bench.RESULTS), bench.load(bench.CURVES)
    there = {path.name: path.read_text() for path in (charts.FOLDER / 'speed').glob('*.svg')}
    same = there == charts.drawn(results, curved) and report.PAGE.read_text() == report.page(results)
    return None if same else 'run sh test/bench/run --only-write'


tap.run([('%s %s runs' % (row.program, ' '.join(row.words())), lambda row=row: runs(row)) for row in ROWS]
        + [('%s compiles' % program, lambda program=program: compiles(program)) for program in FREE]
        + [('the page and the charts of the benchmarks are those of their results', is_written)])
