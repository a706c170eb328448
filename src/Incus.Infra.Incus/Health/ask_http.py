"""Asks a server of this machine once, without following where it redirects to. Exit code 0 is a good answer."""

import http.client
import sys

SECONDS = 5


def main(address, port, path):
    try:
        connection = http.client.HTTPConnection(address, int(port), timeout=SECONDS)
        connection.request("GET", path)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as fault:
        sys.exit(str(fault) or type(fault).__name__)
    if not 200 <= status < 400:
        sys.exit(f"HTTP status {status}")


main(*sys.argv[1:])
