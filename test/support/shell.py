"""How the tests run commands: nothing to read, and what they print kept."""
import subprocess


def say(words, **options):
    """(exit status, all that it printed)"""
    run = subprocess.run([str(word) for word in words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, universal_newlines=True, **options)
    return run.returncode, run.stdout


def sh(*words, **options):
    """What it printed; that is in the exception if it fails."""
    status, said = say(words, **options)
    if status:
        raise RuntimeError('%s\n%s' % (' '.join(str(word) for word in words), said))
    return said
