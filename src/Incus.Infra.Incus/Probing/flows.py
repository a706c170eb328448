# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

"""
Runs in a machine, as `python3 -I -c <this> <verb> <JSON>`, and needs nothing but Python's own library.

listen {"token": text, "address": text, "seconds": n, "tcp": [port], "udp": [port]}: answers on these ports of the address
    until it is told to stop or the time is over, in a process of its own; ends when they are open. Prints
    {"tcp": [port], "udp": [port]}, those where something of the machine's own listens already. A machine that has just been
    started gets its address while this waits; ends with 3 and a reason where it does not.
probe {"seconds": n, "probes": ["protocol address port"]}: prints a list with true for each probe that was answered.
stop {"token": text}: ends the process that listens.
"""
import errno
import json
import os
import selectors
import socket
import struct
import sys
import time

BOOT_SECONDS = 30
AT_ONCE = 400  # Of 1024 files that a process may have open.
SENDINGS = 3  # Of a packet that nobody confirms.
TEXT = b"incus-infra"


def listen(token, address, seconds, tcp, udp):
    end = time.monotonic() + BOOT_SECONDS
    while not has(address):
        if time.monotonic() > end:
            print(f"it does not have its address {address}", file=sys.stderr)
            sys.exit(3)
        time.sleep(0.1)
    control = socket.socket(socket.AF_UNIX)
    control.bind("\0" + token)
    control.listen()
    taken = {"tcp": [], "udp": []}
    echoes = []
    kept = []
    for name, kind, ports in (("tcp", socket.SOCK_STREAM, tcp), ("udp", socket.SOCK_DGRAM, udp)):
        for port in ports:
            listener = socket.socket(socket.AF_INET, kind)
            try:
                listener.bind((address, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                taken[name].append(port)
                listener.close()
                continue
            if kind == socket.SOCK_STREAM:
                # The kernel answers for as many as may come.
                listener.listen(4096)
                kept.append(listener)
            else:
                listener.setblocking(False)
                echoes.append(listener)
    print(json.dumps(taken), flush=True)
    if os.fork():
        os._exit(0)
    os.setsid()
    for stream in range(3):
        os.close(stream)
    with selectors.DefaultSelector() as ready:
        for readable in [control, *echoes]:
            ready.register(readable, selectors.EVENT_READ)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            for key, _ in ready.select(left):
                if key.fileobj is control:
                    return
                try:
                    text, sender = key.fileobj.recvfrom(64)
                    key.fileobj.sendto(text, sender)
                except OSError:
                    pass  # The answer to an earlier one was rejected.


def has(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        try:
            own.bind((address, 0))
        except OSError:
            return False
    return True


def stop(token):
    with socket.socket(socket.AF_UNIX) as control:
        control.connect("\0" + token)


def probe(seconds, probes):
    answered = [False] * len(probes)
    for first in range(0, len(probes), AT_ONCE):
        batch = range(first, min(first + AT_ONCE, len(probes)))
        _probe(seconds, {i: probes[i].split() for i in batch}, answered)
    print(json.dumps(answered))


def _probe(seconds, probes, answered):
    datagrams = {}
    pings = {}
    with selectors.DefaultSelector() as ready:
        for i, (protocol, address, port) in probes.items():
            if protocol == "icmp":
                pings[i] = address
                continue
            kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
            sock = socket.socket(socket.AF_INET, kind)
            sock.setblocking(False)
            code = sock.connect_ex((address, int(port)))
            if code not in (0, errno.EINPROGRESS):
                sock.close()
                continue
            if protocol == "udp":
                datagrams[i] = sock
            ready.register(sock, selectors.EVENT_WRITE if protocol == "tcp" else selectors.EVENT_READ, i)
        raw = None
        if pings:
            raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
            raw.setblocking(False)
            ready.register(raw, selectors.EVENT_READ, None)
        identity = os.getpid() & 0xFFFF
        begin = time.monotonic()
        for sending in range(SENDINGS):
            _send(raw, identity, pings, datagrams, answered)
            _receive(ready, begin + seconds * (sending + 1) / SENDINGS, identity, pings, datagrams, answered)
        for key in list(ready.get_map().values()):
            key.fileobj.close()


def _send(raw, identity, pings, datagrams, answered):
    for i, sock in datagrams.items():
        if not answered[i] and sock.fileno() >= 0:
            try:
                sock.send(TEXT)
            except OSError:
                pass  # The last one was rejected.
    for i, address in pings.items():
        if not answered[i]:
            try:
                raw.sendto(_echo(identity, i), (address, 0))
            except OSError:
                pass  # This machine has no way there.


def _receive(ready, end, identity, pings, datagrams, answered):
    while (left := end - time.monotonic()) > 0 and ready.get_map():
        for key, _ in ready.select(left):
            sock, i = key.fileobj, key.data
            if i is None:
                _answer(sock, identity, pings, answered)
                continue
            if i in datagrams:
                try:
                    answered[i] = answered[i] or sock.recv(64) == TEXT
                except OSError:
                    continue  # A rejection, or none of an earlier sending.
            else:
                answered[i] = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
            ready.unregister(sock)
            sock.close()


def _answer(raw, identity, pings, answered):
    packet, sender = raw.recvfrom(2048)
    header = (packet[0] & 15) * 4
    kind, _, _, who, number = struct.unpack("!BBHHH", packet[header:header + 8])
    text = packet[header + 8:]
    if kind == 0 and who == identity and len(text) == len(TEXT) + 4:
        i = struct.unpack("!I", text[len(TEXT):])[0]
        if pings.get(i) == sender[0] and number == i & 0xFFFF:
            answered[i] = True


def _echo(identity, i):
    text = TEXT + struct.pack("!I", i)
    header = struct.pack("!BBHHH", 8, 0, 0, identity, i & 0xFFFF)
    return struct.pack("!BBHHH", 8, 0, _sum(header + text), identity, i & 0xFFFF) + text


def _sum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


{"listen": listen, "probe": probe, "stop": stop}[sys.argv[1]](**json.loads(sys.argv[2]))
