"""Builds and runs batches of programs, as Python and as C++, and compares their traces."""
import concurrent.futures
import glob
import os
import shutil
import signal
import subprocess
import sys

import suite

HERE = os.path.dirname(os.path.abspath(__file__))
RUN_SECONDS = 20         # of processor time: a batch of 50 programs takes a fraction of one; more is a hang
WALL_SECONDS = 900       # the same on a machine that has much else to do, and for one that waits
MOST_DEATHS = 4          # of programs in a batch; the rest is not run then


class Problem(Exception):
    """Something other than a difference is wrong: the programs do not compile, Python fails."""


class Toolchain:
    """The compiler, the library under test, and what is built once: the harness, its precompiled header, and the
    library, if the suite links it. `root` is the folder with include/ and src/.

    Where only one file of src/ differs from what another toolchain has built, `like` that one, the rest is taken
    from there. `library`: src/ as somebody has compiled it already.
    """
    def __init__(self, root, folder, like=None, differs=None, library=None):
        self.root, self.folder, self.like, self.differs = root, folder, like, differs
        self.library = library
        # clang++ compiles these files in half the time of g++.
        self.command = os.environ.get('CXX', 'clang++' if shutil.which('clang++') else 'c++').split()
        # -fno-… : nothing looks at these programs in a debugger, and speed of compilation is all
        self.flags = ['-std=c++11', '-O0', '-w', '-pthread', '-I' + os.path.join(root, 'include')] + os.environ.get('CONFORMANCE_CXXFLAGS', '').split()

    def prepare(self):
        os.makedirs(self.folder, exist_ok=True)
        sources = []
        if suite.LINKS_LIBRARY and not self.library:
            sources = glob.glob(os.path.join(self.root, 'src', '*.cpp'))
        if self.like:
            self.header = self.like.header
            self.objects = dict(self.like.objects)
            sources = [s for s in sources if os.path.basename(s) == self.differs]
        else:
            shutil.copy(os.path.join(suite.FOLDER, 'harness.hpp'), self.folder)
            self.header = os.path.join(self.folder, 'harness.hpp')
            self.objects = {}
            self.compile(['-x', 'c++-header', self.header, '-o', self.header + '.gch'])
            sources = glob.glob(os.path.join(suite.FOLDER, '*.cpp')) + sources
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            self.objects.update(pool.map(self.object_of, sources))
        return self

    def object_of(self, source):
        name = os.path.basename(source)
        made = os.path.join(self.folder, name + '.o')
        self.compile(['-c', source, '-o', made])
        return name, made

    def build(self, source, binary, compiled=None):
        if compiled is None:
            compiled = binary + '.o'
            self.compile(['-include', self.header, '-c', source, '-o', compiled])
        library = [self.library] + self.openssl() if self.library else []
        self.compile([compiled] + sorted(self.objects.values()) + library + ['-o', binary])

    @staticmethod
    def openssl():
        """What a library that was built with TLS needs; one that was not leaves it out."""
        asked = subprocess.run(['pkg-config', '--libs', 'openssl'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               universal_newlines=True)
        return asked.stdout.split()

    def compile(self, arguments):
        done = subprocess.run(self.command + self.flags + arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              universal_newlines=True, errors='replace')
        if done.returncode:
            raise Problem('does not compile: %s\n%s' % (' '.join(arguments), '\n'.join(done.stdout.splitlines()[:30])))


class Difference:
    """Where the traces of a program part. `line` counts from 1; a missing line is ''."""
    def __init__(self, number, line, expected, actual, before):
        self.number, self.line = number, line
        self.expected, self.actual, self.before = expected, actual, before


def run(command, environment=None):
    """(stdout, how it died or None)"""
    with subprocess.Popen(['sh', '-c', 'ulimit -t %d; exec "$@"' % RUN_SECONDS, 'sh'] + command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=environment) as process:
        try:
            out, err = process.communicate(timeout=WALL_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            return out.decode('utf-8', 'replace'), 'hang: more than %d s' % WALL_SECONDS
    died = None
    if process.returncode == -signal.SIGXCPU or process.returncode == -signal.SIGKILL:
        died = 'hang: more than %d s of processor time' % RUN_SECONDS
    elif process.returncode:
        last = err.decode('utf-8', 'replace').split('\n')[-4:]
        died = 'crash: exit code %d %s' % (process.returncode, ' '.join(' '.join(last).split()))
    return out.decode('utf-8', 'replace'), died


def split(text, traces):
    """Adds the traces in `text` to {number: lines}; the last number begun and whether it came to its end."""
    number, ended = None, True
    for line in text.split('\n'):
        if line.startswith('program '):
            number, ended = int(line[8:]), False
            traces[number] = []
        elif number is not None and line:
            traces[number].append(line)
            ended = ended or line == 'end %d' % number
    return number, ended


class Batch:
    """Some programs in one file of each language."""
    def __init__(self, programs, toolchain, name):
        self.programs, self.toolchain = programs, toolchain
        self.path = os.path.join(toolchain.folder, name)
        self.expected, self.actual = {}, {}
        self.python_crashes = {}     # program number -> how
        self.coverage = []           # (program number, id or '@line', operation, count)
        self.yields = {}             # program number -> {line: id}

    def execute(self, like=None):
        """`like`: the same programs, whose traces from Python are known, and what is compiled of them."""
        if like is None:
            self.run_python()
        else:
            self.expected, self.python_crashes = like.expected, like.python_crashes
        self.run_cpp(like.path + '.o' if like and self.toolchain.like else None)
        return self

    def run_python(self):
        source, self.yields = suite.python_file(self.programs)
        with open(self.path + '.py', 'w') as out:
            out.write(source)
        open(self.path + '.cover', 'w').close()
        environment = dict(os.environ, PYTHONPATH=suite.FOLDER, PYTHONDONTWRITEBYTECODE='1')
        self.python_crashes = self.run_all(
            lambda first: run([sys.executable, '-W', 'ignore', self.path + '.py', str(first), self.path + '.cover'],
                              environment), self.expected)
        for number, how in self.python_crashes.items():
            if 'Error' in how:       # no crash of the interpreter: the emitter or the harness is wrong
                raise Problem('Python: %s, program %d: %s' % (self.path + '.py', number, how))
        with open(self.path + '.cover') as lines:
            for line in lines:
                number, id, operation, count = line.split()
                self.coverage.append((int(number), id, operation, int(count)))

    def run_cpp(self, compiled):
        with open(self.path + '.cpp', 'w') as out:
            out.write(suite.cpp_file(self.programs))
        self.toolchain.build(self.path + '.cpp', self.path, compiled)
        for number, how in self.run_all(lambda first: run([self.path, str(first)]), self.actual).items():
            self.actual[number].append(how)

    def run_all(self, run_from, traces):
        """Runs the programs, again from the next one when one dies; {number: how it died}."""
        crashes = {}
        position = {p.number: i for i, p in enumerate(self.programs)}
        first = 0
        while first < len(self.programs):
            if len(crashes) == MOST_DEATHS:
                for p in self.programs[first:]:
                    traces[p.number] = []
                    crashes[p.number] = 'not run: too many programs before it died'
                break
            text, died = run_from(first)
            number, ended = split(text, traces)
            if number is None:       # it died before the first line
                number, ended = self.programs[first].number, False
                traces[number] = []
            if died or not ended:
                crashes[number] = died or 'crash: it stopped without a word'
            first = position[number] + 1
        return crashes

    def differences(self):
        out = []
        for p in self.programs:
            expected, actual = self.expected[p.number], self.actual[p.number]
            if p.number in self.python_crashes:
                # An older Python gave up (give_up() in harness.py), or has a bug of its own: so far, then.
                expected = expected[:-1]
                actual = actual[:len(expected)]
            expected, actual = suite.compared(expected, actual)
            if expected != actual:
                at = next((i for i, (e, a) in enumerate(zip(expected, actual)) if e != a),
                          min(len(expected), len(actual)))
                out.append(Difference(p.number, at + 1, ''.join(expected[at:at + 1]), ''.join(actual[at:at + 1]),
                                      expected[:at]))
        return out

    def clean(self):
        for suffix in ('', '.o', '.py', '.cpp', '.cover'):
            if os.path.exists(self.path + suffix):
                os.remove(self.path + suffix)
