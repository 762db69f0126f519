"""The generators: bodies that yield, delegate, and handle exceptions; driven by next, send, throw, close."""
import os

from coverage import COMPLETE_FROM, Coverage
from emit_cpp import CppEmitter, cpp_file
from emit_python import PythonEmitter, python_file
from generate import make_program
from model import is_valid, lists
import mutations

FOLDER = os.path.dirname(os.path.abspath(__file__))
LINKS_LIBRARY = False          # they are header-only
OLDEST_PYTHON = (3, 9)
PER_FILE = 50                  # programs
MUTATIONS = [(name, 'include/lasti/' + header, old, new) for name, header, old, new in mutations.MUTATIONS]


def python_lines(program):
    return PythonEmitter(program).emit().lines


def cpp_lines(program):
    return CppEmitter(program).emit()


def compared(expected, actual):
    """What of two traces is to be compared: all."""
    return expected, actual
