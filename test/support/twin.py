"""twin.py NAME.py: runs a Python program whose time jumps instead of passing: asyncio's, and time.sleep()."""
import asyncio.base_events
import os
import runpy
import selectors
import sys
import time

now = 0.0


class Jumping(selectors.DefaultSelector):
    def select(self, timeout=None):
        global now
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError('asyncio would wait for ever here')
        if not ready:
            now += timeout
        return ready


def sleep(seconds):
    global now
    now += seconds


time.sleep = sleep
time.monotonic = lambda: now
selectors.DefaultSelector = Jumping
asyncio.base_events.BaseEventLoop.time = lambda loop: now
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(sys.argv[1]))     # a chapter builds on the one before
runpy.run_path(sys.argv[1], run_name='__main__')
