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
