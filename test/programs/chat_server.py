"""chat_server.py PROGRAM: docs/examples/chat_server with nc and socat as its guests."""
import signal
import socket
import subprocess
import sys

from serving import LIMIT, Program, differs, installed, tap

PROGRAM = sys.argv[1]
COMMANDS = {'nc': ['nc', '-N', '127.0.0.1'], 'socat': ['socat', '-t', str(LIMIT), '-']}


class Guest:
    """A foreign program that has told its name."""

    def __init__(self, client, server, name):
        installed(client)
        command = COMMANDS[client] + [server.port if client == 'nc' else 'TCP:127.0.0.1:' + server.port]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.say(name)
        self.here = self.hear()

    def say(self, line):
        self.process.stdin.write(line.encode() + b'\n')
        self.process.stdin.flush()

    def hear(self):
        return self.process.stdout.readline().decode().replace('Your name? ', '').rstrip('\n')

    def leave(self):
        """Hangs up, and gives what it had not heard yet."""
        return self.process.communicate(timeout=LIMIT)[0].decode()


def talk(first, second):
    with Program(PROGRAM, '0') as server:
        ann, bob = Guest(first, server, 'Ann'), Guest(second, server, 'Bob')
        heard = [ann.here, bob.here, ann.hear()]
        ann.say('hello')
        heard += [bob.hear()]
        bob.say('hello yourself')
        heard += [ann.hear(), bob.leave(), ann.hear(), ann.leave()]
        return differs(heard, ['* 1 here', '* 2 here', '* Bob comes', 'Ann: hello', 'Bob: hello yourself',
                               '', '* Bob leaves', ''])


def same_name():
    with Program(PROGRAM, '0') as server:
        ann, other = Guest('nc', server, 'Ann'), Guest('nc', server, 'Ann\n\nEve')
        heard = [ann.here, other.here, ann.hear()]
        ann.leave(), other.leave()
        return differs(heard, ['* 1 here', '* 2 here', '* Eve comes'])


def slow():
    """One who does not read is thrown out; the others hear every line meanwhile."""
    with Program(PROGRAM, '0') as server, socket.socket() as sloth:
        sloth.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sloth.connect(('127.0.0.1', int(server.port)))
        sloth.sendall(b'sloth\n')
        while not sloth.recv(100).endswith(b"here\n"):
            pass
        ann, bob = Guest('nc', server, 'Ann'), Guest('nc', server, 'Bob')
        ann.hear()
        for number in range(40000):
            line = '%d ' % number + 'x' * 900
            ann.say(line)
            heard = bob.hear()
            if heard == '* sloth leaves':
                ann.leave(), bob.leave()
                return None
            if heard != 'Ann: ' + line:
                return differs(heard[:99], 'Ann: ' + line[:90])
        return 'the sloth is still there'


def clean_end(how):
    with Program(PROGRAM, '0') as server:
        ann, bob = Guest('nc', server, 'Ann'), Guest('socat', server, 'Bob')
        unnamed = socket.create_connection(('127.0.0.1', int(server.port)))
        ann.hear()
        status = server.stop(how)
        last = [ann.leave(), bob.leave()]
        unnamed.close()
        return differs((status, last), (0, ['* the chat closes\n'] * 2))


tap.run([('%s and %s' % pair, lambda p=pair: talk(*p)) for pair in (('nc', 'socat'), ('socat', 'nc'))] +
        [('a name that is taken', same_name), ('a guest who does not read', slow)] +
        [('ends at ' + how.name, lambda h=how: clean_end(h)) for how in (signal.SIGTERM, signal.SIGINT)])
