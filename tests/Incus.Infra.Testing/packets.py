"""
Runs in an embedded Incus, as root, and sends packets from network namespaces there: that of the host, those of instances, and
those of neighbours of the host that it makes. Nothing is sent to an address that none of them holds.

Each line of its input is a verb and its arguments as a JSON list, each line of its output what came of it: [result], or an
object with the error. All ends with its input.
"""
import ctypes
import errno
import json
import os
import resource
import selectors
import socket
import struct
import subprocess
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

NEW_NETWORK = 0x40000000  # CLONE_NEWNET
RECEIVE_BUFFER = 33  # SO_RCVBUFFORCE
TEXT = b"packets"
RATE = 2000  # Packets of a flood in a second.
LEAST = 1  # Seconds in which what should be closed may show that it is open.
MOST = 60  # Seconds for what should be open.
PAUSE = 0.25  # Between the sendings of what nobody confirms.

libc = ctypes.CDLL(None, use_errno=True)
places = {}
floods = []
listeners = []
received = selectors.DefaultSelector()


class Place:
    """A network namespace, with a thread in it that makes sockets."""

    def __init__(self, path=None):
        self.thread = ThreadPoolExecutor(1, initializer=self._enter, initargs=(path,))
        namespace = self.do(os.open, "/proc/thread-self/ns/net", os.O_RDONLY)
        self.path = f"/proc/{os.getpid()}/fd/{namespace}"

    @staticmethod
    def _enter(path):
        if path is None:
            failed = libc.unshare(NEW_NETWORK)
        else:
            with open(path, "rb") as namespace:
                failed = libc.setns(namespace.fileno(), NEW_NETWORK)
        if failed:
            raise OSError(ctypes.get_errno(), "the network namespace")

    def do(self, function, *arguments):
        return self.thread.submit(function, *arguments).result()

    def socket(self, *arguments):
        made = self.do(socket.socket, *arguments)
        made.setblocking(False)
        return made

    def run(self, script):
        return execute("nsenter", f"--net={self.path}", "sh", "-euc", script)


class Flood(threading.Thread):
    """Sends packets to a socket that counts them."""

    def __init__(self, source, target, address, port):
        super().__init__(daemon=True)
        self.to = (address, port)
        self.sent = self.passed = 0
        self.over = threading.Event()
        self.source = source.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sink = target.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sink.setsockopt(socket.SOL_SOCKET, RECEIVE_BUFFER, 32 << 20)
        self.sink.bind(self.to)
        received.register(self.sink, selectors.EVENT_READ, self.count)
        self.start()

    def run(self):
        begin = time.monotonic()
        while not self.over.wait(0.002):
            due = int((time.monotonic() - begin) * RATE)
            while self.sent < due:
                self.sent += 1
                try:
                    self.source.sendto(TEXT, self.to)
                except OSError:
                    pass  # It has no way there at the moment, or hears that an earlier one was rejected.

    def count(self, sink):
        sink.recv(64)
        self.passed += 1

    def end(self):
        self.over.set()
        self.join()
        time.sleep(0.3)
        received.unregister(self.sink)
        self.source.close()
        self.sink.close()
        return [self.sent, self.passed]


def receive():
    while True:
        for key, _ in received.select(0.1):
            for _ in range(64):
                try:
                    key.data(key.fileobj)
                except OSError:
                    break  # That was the last one, or the answer to one was rejected.


def echo(server):
    text, sender = server.recvfrom(64)
    server.sendto(text, sender)


def execute(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr}")
    return done.stdout.strip()


def enter(name, process, address, gateway):
    """The namespace of an instance, by its first process, whose only interface gets an address."""
    places[name] = Place(f"/proc/{process}/ns/net")
    places[name].run(
        f"ip link set lo up; ip link set eth0 up; ip address add {address} dev eth0; ip route replace default via {gateway}")


def neighbour(name, address, of_host, bridge):
    """A new namespace on a cable to an interface of the host's, or to a bridge."""
    place = places[name] = Place()
    cable = f"to-{name}"
    execute("ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", place.path)
    if bridge:
        execute("ip", "link", "add", bridge, "type", "bridge")
        execute("ip", "link", "set", cable, "master", bridge)
        execute("ip", "link", "set", bridge, "up")
    execute("ip", "link", "set", cable, "up")
    execute("ip", "address", "add", of_host, "dev", bridge or cable)
    gateway = of_host.split("/")[0]
    place.run(
        f"ip link set lo up; ip link set eth0 up; ip address add {address} dev eth0; ip route replace default via {gateway}")


def listen(tcp, udp):
    """Everywhere, at all addresses."""
    for place in places.values():
        for kind, ports in ((socket.SOCK_STREAM, tcp), (socket.SOCK_DGRAM, udp)):
            for port in ports:
                server = place.socket(socket.AF_INET6, kind)
                server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
                server.bind(("::", port))
                if kind == socket.SOCK_STREAM:
                    # The kernel answers for as many as may come.
                    server.listen(4096)
                    listeners.append(server)
                else:
                    received.register(server, selectors.EVENT_READ, echo)


def run(name, script):
    return places[name].run(script)


def probe(probes):
    """For each [place, protocol, address, port, whether it should be open] whether it is."""
    require_held(address for _, _, address, _, _ in probes)
    answered = [False] * len(probes)
    tried = [Try(i, *probe) for i, probe in enumerate(probes)]
    begin = time.monotonic()
    with selectors.DefaultSelector() as ready:
        for attempt in tried:
            if attempt.begin():
                ready.register(attempt.socket, attempt.event, attempt)
        while time.monotonic() - begin < MOST:
            for key in list(ready.get_map().values()):
                key.data.send()
            pause = time.monotonic() + PAUSE
            while (left := pause - time.monotonic()) > 0:
                for key, _ in ready.select(left):
                    answer = key.data.receive()
                    if answer is not None:
                        answered[key.data.number] = answer
                        ready.unregister(key.fileobj)
            if time.monotonic() - begin >= LEAST and all(answered[i] for i, probe in enumerate(probes) if probe[4]):
                break
    for attempt in tried:
        attempt.socket.close()
    return answered


class Try:
    """One probe."""

    def __init__(self, number, place, protocol, address, port, _is_open):
        self.number, self.protocol = number, protocol
        self.family = socket.AF_INET6 if ":" in address else socket.AF_INET
        address, _, link = address.partition("%")
        self.to = (address, port)
        if self.family == socket.AF_INET6:
            self.to += (0, places[place].do(socket.if_nametoindex, link) if link else 0)
        kind = {"tcp": (socket.SOCK_STREAM,), "udp": (socket.SOCK_DGRAM,), "icmp": (
            socket.SOCK_RAW, socket.IPPROTO_ICMPV6 if self.family == socket.AF_INET6 else socket.IPPROTO_ICMP)}[protocol]
        self.socket = places[place].socket(self.family, *kind)
        self.event = selectors.EVENT_WRITE if protocol == "tcp" else selectors.EVENT_READ
        self.text = TEXT + os.urandom(9)
        self.identity = int.from_bytes(os.urandom(2), "big")

    def begin(self):
        """Whether there is anything to wait for."""
        return self.protocol != "tcp" or self.socket.connect_ex(self.to) in (0, errno.EINPROGRESS)

    def send(self):
        try:
            if self.protocol == "udp":
                self.socket.sendto(self.text, self.to)
            elif self.protocol == "icmp":
                self.socket.sendto(self._ping(), (self.to[0], 0, *self.to[2:]))
        except OSError:
            pass  # No way there.

    def receive(self):
        """Whether it is open, or None where that is not known yet."""
        if self.protocol == "tcp":
            return self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
        try:
            packet = self.socket.recv(2048)
        except OSError:
            return None
        if self.protocol == "udp":
            return True if packet == self.text else None
        if self.family == socket.AF_INET:
            packet = packet[(packet[0] & 15) * 4:]
        # Of the answer, not of the question that this machine itself may have got.
        return True if packet[0] == (0 if self.family == socket.AF_INET else 129) and packet[8:] == self.text else None

    def _ping(self):
        if self.family == socket.AF_INET6:
            return struct.pack("!BBHHH", 128, 0, 0, self.identity, 1) + self.text
        packet = struct.pack("!BBHHH", 8, 0, 0, self.identity, 1) + self.text
        total = sum(struct.unpack(f"!{len(packet) // 2}H", packet))
        total = (total >> 16) + (total & 0xFFFF)
        return packet[:2] + struct.pack("!H", ~(total + (total >> 16)) & 0xFFFF) + packet[4:]


def flood(source, target, address, port):
    require_held([address])
    floods.append(Flood(places[source], places[target], address, port))


def end():
    """For each flood how many packets it sent and how many arrived."""
    ended = [flood.end() for flood in floods]
    floods.clear()
    return ended


def require_held(addresses):
    held = {
        entry["local"]
        for place in places.values()
        for link in json.loads(place.run("ip -json address show"))
        for entry in link["addr_info"]}
    strange = {address.partition("%")[0] for address in addresses} - held
    if strange:
        raise RuntimeError(f"nobody here holds {sorted(strange)}")


def main():
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    places["host"] = Place("/proc/self/ns/net")
    threading.Thread(target=receive, daemon=True).start()
    verbs = {verb.__name__: verb for verb in (enter, neighbour, listen, run, probe, flood, end)}
    for line in sys.stdin:
        verb, *arguments = json.loads(line)
        try:
            answer = [verbs[verb](*arguments)]
        except Exception:
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer), flush=True)
    os._exit(0)


main()
