#!/usr/bin/env python3
"""Usage: webui_double.py <folder> <version>

Writes a wheel of a test double named open-webui, which is not Open WebUI: its program serves one page and has a file in
its data folder.
"""

import sys
import zipfile

PROGRAM = '''
import http.server
import os
import sys


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ["WEBUI_NAME"].encode())


def main():
    command, host_option, host, port_option, port = sys.argv[1:]
    if [command, host_option, port_option] != ["serve", "--host", "--port"]:
        sys.exit("usage: open-webui serve --host <address> --port <number>")
    with open(os.path.join(os.environ["DATA_DIR"], "webui.db"), "a", encoding="utf-8") as file:
        file.write("started\\n")
    http.server.ThreadingHTTPServer((host, int(port)), Page).serve_forever()
'''


def write(folder, version):
    info = f"open_webui-{version}.dist-info"
    files = {
        "webui_double.py": PROGRAM,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: open-webui\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\nopen-webui = webui_double:main\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(f"{folder}/open_webui-{version}-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)


if __name__ == "__main__":
    write(*sys.argv[1:])
