"""The expansions that docs/internals.md prints are what the preprocessor makes of the macros.

A block behind `<!-- expansion of docs/examples/expansion.cpp [NAME] -->` is compared with the output
of the preprocessor for that region, apart from white space. `expansion.py --write` writes it anew.

The instructions behind `<!-- assembly of docs/examples/NAME.cpp [STRUCT] -->` are what g++ 12 makes of the
body of the struct in that region with -O2 on x86-64, apart from comments; skipped with other compilers.
"""
import platform
import re
import subprocess
import sys
from pathlib import Path

import regions
import tap

ROOT = regions.ROOT
PAGE = ROOT / 'docs/internals.md'
BLOCK = re.compile(r'(<!-- expansion of (\S+) \[(\w+)\] -->\n```cpp\n)(.*?)(```)', re.S)


def preprocessed(path, region):
    text = '#include <lasti/generator.hpp>\n#include <lasti/keywords.hpp>\n'
    text += 'cut_here\n#line 1 "%s"\n%s' % (Path(path).name, regions.cut(path, region))
    out = subprocess.run(['g++', '-std=c++11', '-E', '-P', '-I', str(ROOT / 'include'), '-x', 'c++', '-'],
                         input=text, stdout=subprocess.PIPE, universal_newlines=True, check=True)
    return out.stdout.split('cut_here', 1)[1].split('\n', 1)[1]


def bare(text):
    return re.sub(r'\s+', '', text)


def laid_out(text):
    """One statement a line, braces indented; a short group stays on its line."""
    text = re.sub(r'\s+', ' ', text).strip()
    pieces = re.findall(r'"[^"]*"|\{[^{};]*;?[^{};]*\}|[{};()]|case (?:[^:;]|::)*:(?!:)|default:|[^{};()"]', text)
    lines, line, depth, parens = [], '', 0, 0

    def flush():
        nonlocal line
        if line.strip():
            lines.append('    ' * depth + line.strip())
        line = ''

    for i, piece in enumerate(pieces):
        rest = ''.join(pieces[i + 1:i + 12]).lstrip()
        parens += (piece == '(') - (piece == ')')
        if piece == '{':
            line += piece
            flush()
            depth += 1
        elif piece == '}':
            flush()
            depth -= 1
            line += piece
            if not rest.startswith(('else', 'while (f', ';')):
                flush()
        elif piece.startswith(('case ', 'default:')):
            flush()
            line += piece
            if not rest.startswith(';'):
                flush()
        elif len(piece) > 1 and piece[0] == '{':
            line += piece
            if not rest.startswith(('(', ';', '=', ',')):
                flush()
        else:
            line += piece
            if piece == ';' and parens == 0:
                flush()
    flush()
    return '\n'.join(lines) + '\n'


def check(block):
    _, path, region, printed, _ = block
    real = preprocessed(path, region)
    if bare(printed) == bare(real):
        return None
    return 'the preprocessor makes of it:\n' + laid_out(real)


ASSEMBLY = re.compile(r'<!-- assembly of (\S+) \[(\w+)\] -->\n```asm\n(.*?)```', re.S)


def instructions(text):
    """One a line, without directives and comments; labels are numbered as they occur."""
    lines = [' '.join(re.sub(r'#.*', '', line).split()) for line in text.splitlines()]
    lines = [line for line in lines if line and not re.match(r'\.(?!L\d+:)|\.LF[BE]', line)]
    known = {}
    return [re.sub(r'\.L\d+', lambda m: known.setdefault(m.group(), '.L%d' % (len(known) + 1)), line)
            for line in lines]


def check_assembly(block):
    path, struct, printed = block
    told = subprocess.run(['g++', '-dumpversion', '-dumpmachine'], stdout=subprocess.PIPE, universal_newlines=True)
    if not re.match(r'12\b', told.stdout) or platform.machine() != 'x86_64':
        raise tap.Skip('what is printed there is of g++ 12 on x86-64')
    text = '#include <lasti/generator.hpp>\n#include <lasti/keywords.hpp>\n#line 1\n' + regions.cut(path, struct)
    text += 'extern "C" lasti::step run(%s& body, lasti::generator_frame<int>& self) { return body(self); }\n' % struct
    out = subprocess.run(['g++', '-std=c++11', '-O2', '-S', '-o', '-', '-I', str(ROOT / 'include'), '-x', 'c++', '-'],
                         input=text, stdout=subprocess.PIPE, universal_newlines=True, check=True).stdout
    real = instructions('run:\n' + out.split('\nrun:\n', 1)[1].split('.size\trun', 1)[0])
    return None if instructions(printed) == real else 'g++ makes of it:\n' + '\n'.join(real)


if sys.argv[1:] == ['--write']:
    PAGE.write_text(BLOCK.sub(
        lambda m: m.group(1) + laid_out(preprocessed(m.group(2), m.group(3))) + m.group(5), PAGE.read_text()))
else:
    tap.run([('the expansion of [%s]' % block[2], lambda b=block: check(b))
             for block in BLOCK.findall(PAGE.read_text())] +
            [('the instructions of [%s]' % block[1], lambda b=block: check_assembly(b))
             for block in ASSEMBLY.findall(PAGE.read_text())])
