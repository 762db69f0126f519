"""Speaks TAP to Meson: the plan first, so that a script that stops half way is never a success."""
import traceback


class Skip(Exception):
    """Raised by a check that can not be made here; it says why."""


def run(cases):
    """Runs each (name, check) of a list; a check returns None or a text that says what is wrong."""
    print('1..%d' % max(len(cases), 1))
    if not cases:
        print('not ok 1 - there is something to check')  # 1..0 would mean: skipped
    for number, (name, check) in enumerate(cases, 1):
        name = name.replace('#', ' ')
        try:
            wrong = check()
        except Skip as why:
            print('ok %d - %s # SKIP %s' % (number, name, why), flush=True)
            continue
        except Exception:
            wrong = traceback.format_exc()
        print('%s %d - %s' % ('ok' if wrong is None else 'not ok', number, name))
        for line in (wrong or '').splitlines():
            print('# ' + line)
        print(end='', flush=True)
