#!/usr/bin/python3
"""The page of the shop: its articles, read from the database for each request."""

import html
import http.server

import psycopg2


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            status, body = 200, "".join(f"<li>{html.escape(name)}: {price} EUR</li>\n" for name, price in articles())
        except psycopg2.OperationalError:
            status, body = 503, "The database does not answer.\n"
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(f"<h1>Shop</h1>\n<ul>\n{body}</ul>\n".encode())


def articles():
    # Host, user and database are in the environment.
    connection = psycopg2.connect("")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, price FROM article ORDER BY name")
            return cursor.fetchall()
    finally:
        connection.close()


http.server.ThreadingHTTPServer(("127.0.0.1", 8000), Page).serve_forever()
