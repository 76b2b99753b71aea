"""moto's own server on a free port of this machine, for as long as its standard input stays open.

Prints the port as soon as it answers. Whoever started it holds the other end of the pipe, and however that process
ends, panicking or killed, the pipe closes and the server goes with it.
"""

import logging
import sys

from moto.server import ThreadedMotoServer


def main() -> None:
    """Serve until the pipe closes."""
    # What it can't answer is said, what it answers isn't.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    print(port, flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
