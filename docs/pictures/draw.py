"""draw.py: draws the pictures of the tutorial anew, one NAME.svg for each function here.

They follow the reader's choice of light or dark. The tests draw them, too, and compare.
"""
from pathlib import Path

STYLE = '''
    text { font: 15px system-ui, sans-serif; fill: #1f2328 }
    .code { font: 14px ui-monospace, monospace }
    .title { font-weight: 600 }
    .faint { fill: #59636e; font-size: 13px }
    .box { fill: #f6f8fa; stroke: #8c959f; stroke-width: 1.5 }
    .lit { fill: #ddf4ff; stroke: #0969da; stroke-width: 1.5 }
    .line { fill: none; stroke: #59636e; stroke-width: 1.5 }
    .link { fill: none; stroke: #0969da; stroke-width: 2 }
    .back { fill: none; stroke: #bc4c00; stroke-width: 2; stroke-dasharray: 5 4 }
    .linkhead { fill: #0969da } .backhead { fill: #bc4c00 } .linehead { fill: #59636e }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 } .faint { fill: #9198a1 }
      .box { fill: #161b22; stroke: #6e7681 } .lit { fill: #0c2d4d; stroke: #4493f8 }
      .line { stroke: #9198a1 } .link { stroke: #4493f8 } .back { stroke: #f0883e }
      .linkhead { fill: #4493f8 } .backhead { fill: #f0883e } .linehead { fill: #9198a1 }
    }
'''


class Picture:
    def __init__(self, width, height, says):
        self.size, self.says, self.parts = (width, height), says, []

    def text(self, x, y, words, kind='', anchor='start'):
        words = words.replace('&', '&amp;').replace('<', '&lt;')
        self.parts.append('<text x="%d" y="%d" class="%s" text-anchor="%s" xml:space="preserve">%s</text>' % (
            x, y, kind, anchor, words))

    def box(self, x, y, width, height, title='', lines=(), lit=False, kind='code'):
        self.parts.append('<rect x="%d" y="%d" width="%d" height="%d" rx="6" class="%s"/>' % (
            x, y, width, height, 'lit' if lit else 'box'))
        if title:
            self.text(x + 12, y + 22, title, 'title')
        for i, line in enumerate(lines):
            self.text(x + 12, y + (46 if title else 23) + 21 * i, line, kind)

    def arrow(self, points, kind='line', words='', at=None):
        """Along straight lines; its head at the last point."""
        self.parts.append('<polyline points="%s" class="%s" marker-end="url(#%s)"/>' % (
            ' '.join('%d,%d' % p for p in points), kind, kind))
        if words:
            self.text(at[0], at[1], words, 'faint', 'middle')

    def svg(self):
        heads = ''.join(
            '<marker id="%s" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" '
            'markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0 L10,5 L0,10 z" class="%shead"/></marker>' % (k, k)
            for k in ('line', 'link', 'back'))
        return ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">\n'
                '  <title>%s</title>\n  <style>%s  </style>\n  <defs>%s</defs>\n  %s\n</svg>\n') % (
                    self.size + self.size + (self.says, STYLE, heads, '\n  '.join(self.parts)))


def frame():
    p = Picture(760, 236, 'Two frames, each with its own f_lasti, and the one body that both run.')
    p.text(20, 28, 'handles', 'faint')
    p.text(185, 28, 'frames: objects', 'faint')
    p.text(480, 28, 'the body: there once', 'faint')
    for y, name, last in ((44, 'one', 2), (140, 'two', 1)):
        p.box(20, y + 18, 80, 36, lines=[name])
        p.arrow([(100, y + 36), (178, y + 36)])
        p.box(180, y, 170, 78, 'frame of letters()', ['f_lasti  %d' % last])
    p.box(480, 44, 260, 174, 'switch (f_lasti)', [
        'case -1:', "  ... return 'a';", "case 1: ... return 'b';", "case 2: ... return 'c';", 'case 3: ... end'])
    p.arrow([(350, 84), (420, 84), (420, 148), (478, 148)], 'link')
    p.arrow([(350, 180), (440, 180), (440, 127), (478, 127)], 'link')
    return p


def chain():
    p = Picture(760, 226, 'Three frames in a chain: gi_yieldfrom leads down to the innermost, back leads up, '
                          'and send() goes straight to the innermost.')
    xs = (120, 345, 570)
    for x, name, lasti, line in zip(xs, ('restaurant', 'table', 'waiter'), (1, 2, 1), (
            'in YIELD_FROM_SET', 'in YIELD_FROM_SET', 'in YIELD_SET')):
        p.box(x, 70, 170, 84, name, ['f_lasti  %d' % lasti], lit=name == 'waiter')
        p.text(x + 12, 140, line, 'faint')
    p.text(20, 117, 'you', 'title')
    p.arrow([(52, 112), (118, 112)])
    for x in xs[:2]:
        p.arrow([(x + 170, 98), (x + 223, 98)], 'link')
        p.arrow([(x + 225, 126), (x + 172, 126)], 'back')
    p.text(320, 60, 'gi_yieldfrom', 'faint', 'middle')
    p.arrow([(320, 66), (320, 92)])
    p.text(320, 178, 'back', 'faint', 'middle')
    p.arrow([(320, 164), (320, 132)])
    p.arrow([(36, 98), (36, 24), (655, 24), (655, 68)], 'link', 'send(x): one step, at any depth', (345, 17))
    p.arrow([(655, 154), (655, 206), (36, 206), (36, 124)], 'back', 'what the waiter yields', (345, 200))
    return p


def loop_round():
    p = Picture(760, 330, 'A round of the loop: wait until the earliest deadline, move who is due from the heap '
                          'to the deque, run as many as the deque held.')
    p.text(20, 30, 'ready: a deque', 'title')
    p.box(20, 44, 330, 56)
    for i, name in enumerate(('count_up',)):
        p.box(32 + 106 * i, 54, 96, 36, lines=[name], lit=True)
    p.text(460, 30, 'sleeping: a heap', 'title')
    p.box(540, 44, 130, 36, lines=['3  count_down'])
    p.box(460, 112, 120, 36, lines=['4  tea'])
    p.box(625, 112, 115, 36, lines=['9  cake'])
    p.arrow([(580, 80), (535, 110)])
    p.arrow([(630, 80), (675, 110)])
    p.arrow([(538, 62), (352, 62)], 'link', '2  wake: who is due', (446, 54))
    p.arrow([(20, 86), (8, 86), (8, 230), (18, 230)], 'link')
    p.box(20, 196, 330, 66, '3  run', ['resume(), and look at what it yields'], kind='faint')
    p.arrow([(350, 214), (404, 214), (404, 88), (352, 88)], 'back', '0: again', (438, 180))
    p.arrow([(350, 244), (605, 244), (605, 160)], 'back', 'seconds: to sleep', (480, 237))
    p.box(460, 276, 280, 42, lines=['1  wait, if nothing is ready'], kind='')
    p.arrow([(640, 160), (640, 274)], 'line', 'the earliest', (690, 222))
    p.text(20, 302, 'ended, or parked: in neither of the two', 'faint')
    p.arrow([(70, 262), (70, 286)])
    return p


def future():
    p = Picture(760, 226, 'Before set_result the steps of ann and bob are in the list of the future; after it they '
                          'are in the deque of the loop.')
    p.text(20, 28, 'while it bakes', 'title')
    p.box(20, 44, 150, 66, 'future: baking', ['pending'])
    p.text(212, 62, 'callbacks', 'faint')
    for i, name in enumerate(('print', 'ann.step', 'bob.step')):
        p.box(212 + 102 * i, 70, 92, 36, lines=[name])
    p.arrow([(170, 88), (210, 88)])
    p.text(20, 146, 'after set_result("cake")', 'title')
    p.box(20, 160, 150, 60, 'future: baking', ['"cake"'])
    p.text(540, 168, 'the deque of the loop', 'title')
    for i, name in enumerate(('print', 'ann.step', 'bob.step')):
        p.box(212 + 102 * i, 178, 92, 36, lines=[name], lit=True)
        p.arrow([(258 + 102 * i, 108), (258 + 102 * i, 176)], 'link')
    p.text(540, 190, 'Nobody was called: each', 'faint')
    p.text(540, 210, 'runs in the next round.', 'faint')
    return p


def selector():
    p = Picture(760, 214, 'The loop waits in poll for two things at once: for the earliest deadline and for its '
                          'descriptors; both end in the deque.')
    p.box(20, 40, 200, 60, 'heap', ['earliest deadline: 1.5'], kind='faint')
    p.box(20, 130, 200, 60, 'readers', ['descriptor 5: f'], kind='faint')
    p.box(330, 66, 160, 96, 'poll([5], 1.5 s)', ['the one place where', 'the program sleeps'], lit=True, kind='faint')
    p.arrow([(220, 70), (328, 98)], 'link', 'how long at most', (282, 62))
    p.arrow([(220, 160), (328, 130)], 'link', 'which', (282, 168))
    p.box(560, 66, 180, 96, 'deque', ['what runs next'], kind='faint')
    p.arrow([(490, 96), (558, 96)], 'back', 'time', (524, 86))
    p.arrow([(490, 134), (558, 134)], 'back', 'bytes', (524, 152))
    return p


def stuck():
    p = Picture(760, 226, 'The chain of the stuck customer hangs on the table of pending calls alone; nothing that '
                          'can still run leads there.')
    p.box(20, 40, 200, 60, 'ready', ['empty'], kind='faint')
    p.box(20, 130, 200, 60, 'sleeping', ['progress'], kind='faint')
    p.box(290, 86, 190, 60, 'waiting["gold"]', ['a table'], kind='faint', lit=True)
    p.box(560, 30, 180, 60, 'shopping', ['YIELD_FROM(ask(…))'], kind='faint')
    p.box(560, 146, 180, 60, 'ask', ['YIELD(parked)'], kind='faint')
    p.arrow([(480, 104), (520, 104), (520, 60), (558, 60)])
    p.arrow([(650, 90), (650, 144)], 'link', 'gi_yieldfrom', (700, 122))
    p.text(290, 66, 'who would take it out?', 'faint')
    p.text(290, 176, 'handle: has failed, and is gone', 'faint')
    return p


def blocks():
    p = Picture(760, 230, 'The block stack at the first yield: FOR below, TRY on top; an exception looks at the top '
                          'block first, then at the one below, then leaves the frame.')
    p.box(20, 30, 210, 180, 'frame of work()', ['f_lasti  2', 'blocks'])
    p.arrow([(100, 92), (320, 92), (320, 76), (348, 76)])
    p.text(350, 24, 'the block stack', 'title')
    p.box(350, 40, 190, 66, 'TRY in line 16', ['body'], lit=True, kind='faint')
    p.box(350, 118, 190, 66, 'FOR in line 15', ['body; keeps the range'], kind='faint')
    p.text(645, 24, 'an exception', 'title', 'middle')
    p.arrow([(645, 34), (645, 56), (542, 56)], 'back')
    p.text(556, 82, '1  to EXCEPT; not its', 'faint')
    p.text(556, 100, 'type: to FINALLY; then', 'faint')
    p.arrow([(645, 108), (645, 136), (542, 136)], 'back')
    p.text(556, 162, '2  is popped', 'faint')
    p.arrow([(645, 172), (645, 204), (232, 204)], 'back', '3  no block is left: it leaves the frame', (430, 220))
    return p


def dialogue():
    p = Picture(760, 250, 'Driver and body take turns: the driver resumes, the body yields a question and is suspended; '
                          'the driver sends the answer, and the body goes on, until it returns.')
    p.text(130, 24, 'the driver', 'title', 'middle')
    p.text(605, 24, 'the body', 'title', 'middle')
    for y, height, x in ((34, 30, 70), (92, 44, 70), (164, 44, 70), (50, 56, 570), (122, 56, 570), (194, 44, 570)):
        p.box(x, y, 120 if x == 70 else 70, height, lit=x == 570)
    p.arrow([(190, 56), (568, 56)], 'link', 'next()', (380, 49))
    p.arrow([(570, 100), (192, 100)], 'back', 'yield: "born in?"', (380, 93))
    p.arrow([(190, 128), (568, 128)], 'link', 'send(1990)', (380, 121))
    p.arrow([(570, 172), (192, 172)], 'back', 'yield: "born in?"', (380, 165))
    p.arrow([(190, 200), (568, 200)], 'link', 'send(2000)', (380, 193))
    p.arrow([(570, 230), (192, 230)], 'back', 'returns 62', (380, 223))
    p.text(690, 119, '... suspended', 'faint', 'middle')
    p.text(690, 191, '... suspended', 'faint', 'middle')
    p.text(130, 120, 'finds an answer', 'faint', 'middle')
    p.text(130, 190, 'finds an answer', 'faint', 'middle')
    return p


def cancel():
    p = Picture(760, 220, 'Cancelling a task: it is taken out of the heap and put into the deque; when its turn comes, '
                          'cancelled_error is raised in its innermost frame and goes outwards.')
    p.box(20, 40, 150, 60, 'heap', ['task, until 3600'], kind='faint')
    p.box(20, 140, 180, 60, 'deque', ['task, with an exception'], lit=True, kind='faint')
    p.arrow([(95, 100), (95, 138)], 'link')
    p.text(108, 124, '1  cancel()', 'faint')
    p.box(300, 140, 140, 60, 'outer', ['FINALLY'], kind='faint')
    p.box(560, 140, 140, 60, 'inner', ['FINALLY'], kind='faint', lit=True)
    p.arrow([(440, 158), (558, 158)], 'link', 'AWAIT', (500, 151))
    p.arrow([(200, 150), (230, 150), (230, 90), (630, 90), (630, 138)], 'link',
            '2  in the next round: raised where the chain waits', (430, 82))
    p.arrow([(560, 184), (442, 184)], 'back', '3  outwards', (500, 204))
    p.arrow([(300, 184), (230, 184)], 'back', '4  the task', (258, 204))
    return p


PICTURES = {'frame': frame, 'chain': chain, 'round': loop_round, 'future': future, 'selector': selector, 'stuck': stuck,
            'blocks': blocks, 'dialogue': dialogue, 'cancel': cancel}

if __name__ == '__main__':
    for name, draw in PICTURES.items():
        (Path(__file__).parent / (name + '.svg')).write_text(draw().svg())
