#!/usr/bin/python3
"""A test double of ollama, and not ollama: it answers what the role asks. Its models are empty files."""

import http.server
import json
import os
import sys


class Api(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        models = sorted(os.listdir(os.environ["OLLAMA_MODELS"]))
        if self.path == "/v1/models":
            self.answer({"data": [{"id": model} for model in models]})
        elif self.path == "/api/tags":
            self.answer({"models": [{"name": model} for model in models]})
        else:
            self.send_error(404)

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/api/pull" or asked["stream"]:
            self.send_error(404)
        elif asked["model"].startswith("missing"):
            self.answer({"error": "pull model manifest: file does not exist"})
        else:
            with open(os.path.join(os.environ["OLLAMA_MODELS"], asked["model"]), "x", encoding="utf-8"):
                self.answer({"status": "success"})

    def answer(self, value):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())


if sys.argv[1:] != ["serve"]:
    sys.exit("usage: ollama serve")
host, port = os.environ["OLLAMA_HOST"].split(":")
http.server.ThreadingHTTPServer((host, int(port)), Api).serve_forever()
