"""The tasks: coroutines on an event loop, everything they can wait for, and cancellations."""
import os

from coverage import COMPLETE_FROM, Coverage
from emit_cpp import CppEmitter, cpp_file
from emit_python import PythonEmitter, python_file
from generate import make_program
from model import is_valid, lists
from mutations import MUTATIONS

FOLDER = os.path.dirname(os.path.abspath(__file__))
LINKS_LIBRARY = True
OLDEST_PYTHON = (3, 13)        # it has Queue.shutdown()
PER_FILE = 40                  # programs


def python_lines(program):
    return PythonEmitter(program).emit()


def cpp_lines(program):
    return CppEmitter(program).emit()


def compared(expected, actual):
    """What of two traces is to be compared: all but the runs in which an async generator answered
    the aclose() of its loop with a yield. It is closed once more where the last reference to it
    goes, and the task that awaited aclose() holds one in CPython."""
    runs = []
    for line in expected:
        if line.startswith('run '):
            runs.append((line, False))
        elif line.startswith('told ') and line.endswith('async generator ignored GeneratorExit'):
            runs[-1] = runs[-1][0], True
    left_out = {run for run, ignored in runs if ignored}
    return without(expected, left_out), without(actual, left_out)


def without(trace, runs):
    out, shown = [], True
    for line in trace:
        if line.startswith(('run ', 'end ')):
            shown = line not in runs
        if shown:
            out.append(line)
    return out
