"""A web site by Python's http.server, for the clients among the example programs."""
import contextlib
import http.server
import tempfile
import threading
import time
from pathlib import Path


class Handler(http.server.SimpleHTTPRequestHandler):
    """Counts how many it serves at a time."""

    protocol_version = 'HTTP/1.1'
    at_once = most_at_once = 0
    lock = threading.Lock()

    def log_message(self, *_):
        pass

    def do_GET(self):
        with Handler.lock:
            Handler.at_once += 1
            Handler.most_at_once = max(Handler.most_at_once, Handler.at_once)
        time.sleep(0.01)
        with Handler.lock:
            Handler.at_once -= 1
        super().do_GET()


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        """Of clients that have gone: no matter here."""


@contextlib.contextmanager
def site(files):
    """Of these files, {name: bytes}; gives its URL."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).write_bytes(text)
        server = Server(
            ('127.0.0.1', 0), lambda *a: Handler(*a, directory=folder))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield 'http://127.0.0.1:%d/' % server.server_address[1]
        server.shutdown()
        thread.join()
        server.server_close()
