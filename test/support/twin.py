"""twin.py NAME.py: runs a Python program with an asyncio whose time jumps instead of passing."""
import asyncio.base_events
import asyncio.selector_events
import runpy
import selectors
import sys

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


asyncio.selector_events.selectors.DefaultSelector = Jumping
asyncio.base_events.BaseEventLoop.time = lambda loop: now
runpy.run_path(sys.argv[1], run_name='__main__')
