"""Reads what `meson test` wrote to its log: every test case by name, and why some failed.

From testlog.json alone: it has the TAP text of each program, whole even where the program died, and
Meson's verdict on it (a plan that was not kept, a signal, a timeout).
"""
import json
import re

# `ok 3 - name`, `not ok 3 - name`, `ok 3 - name # SKIP why`
CASE = re.compile(r'^(not )?ok\b *\d* *(?:- )?([^#\n]*?) *(# *(?:SKIP|TODO).*)?$', re.M | re.I)
FAILURE = re.compile(r'^not ok.*\n(?:#(?! begins:).*\n)*', re.M)


def read(log):
    """Returns {case: passed}, and prints what failed. A program that died is a case of its own."""
    cases = {}
    for line in log.read_text().splitlines():
        entry = json.loads(line)         # its 'env' is the whole environment: never print it
        mine = cases_of(entry)
        if not all(mine.values()):
            explain(entry)
        for case, passed in mine.items():
            cases[case] = cases.get(case, True) and passed
    return cases


def program_of(entry):
    return entry['name'].split(' / ')[-1]           # 'lasti:quick / generator'


def cases_of(entry):
    program, cases, why = program_of(entry), {}, set()
    for failed, name, skipped in CASE.findall(entry['stdout']):
        if skipped:
            why.add(skipped)
        else:
            case = name if name.startswith(program + ':') else '%s: %s' % (program, name)
            cases[case] = cases.get(case, True) and not failed
    for reason in sorted(why):
        print('    %s: %s' % (program, reason))
    if entry['result'] == 'SKIP' and why:
        print('    %s: skipped' % program)
    elif entry['result'] == 'OK':
        cases = cases or {program: True}            # it does not speak TAP
    elif entry['result'] != 'FAIL' or all(cases.values()):
        cases[program] = False                      # it died, hung, or lost some of its cases; Meson
                                                    # calls it skipped if it said nothing and exits with 0
    return cases


def explain(entry):
    """Prints the failed cases with their notes; of a program that died, its last words."""
    out, err = entry['stdout'], entry.get('stderr', '')
    lines = ''.join(FAILURE.findall(out)).splitlines()
    if entry['result'] != 'FAIL':
        lines += ['exit status %s after:' % entry['returncode']]
        lines += out.splitlines()[-8:] + err.splitlines()[:60]
    print('    %s: %s' % (program_of(entry), entry['result']))
    show(lines or (out + err).splitlines()[-40:], '        ')


def show(lines, margin='    '):
    print(''.join(margin + line + '\n' for line in lines), end='', flush=True)
