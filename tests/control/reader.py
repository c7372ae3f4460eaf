"""Clients of a daemon's control socket that behave badly, for tests/control/monitor_test.sh.

    reader.py SOCKET full          follows events and reads nothing until SIGUSR1; then all, to the end
    reader.py SOCKET half-closed   follows events and says that it has nothing more to say: is it cut?
    reader.py SOCKET deaf          follows events and takes nothing any more: is it cut?
    reader.py SOCKET busy COUNT    has so many events happen, over one connection; prints the longest
                                   time that it waited for an answer, in milliseconds

Those that follow print "follows" when the daemon has agreed, with its answer if it has not.
"""
import json
import select
import signal
import socket
import sys
import time

# Longer than anything takes here, for a daemon that hangs.
PATIENCE = 20


def ask(client, request):
    client.sendall(json.dumps({"v": 1, **request}).encode() + b"\n")


def line_of(client):
    """One line, octet by octet, so that nothing behind it is taken."""
    line = b""
    while not line.endswith(b"\n"):
        octet = client.recv(1)
        if not octet:
            sys.exit("the daemon hung up")
        line += octet
    return line


def follow(client):
    # No others, of which some may happen by themselves meanwhile.
    ask(client, {"command": "monitor", "events": ["control"]})
    answer = json.loads(line_of(client))
    print("follows" if answer["code"] == 0 else "refused: " + answer["message"], flush=True)
    if answer["code"] != 0:
        sys.exit(1)


def read_all(client):
    """Until nothing has come for a while; whether all lines are whole, and what they add up to."""
    client.settimeout(1)
    text = b""
    try:
        while part := client.recv(65536):
            text += part
        print("cut", flush=True)
    except TimeoutError:
        pass
    # What json cannot read is a part of a line, which must not be.
    events = [json.loads(line) for line in text.decode().splitlines()]
    lost = sum(int(event["count"]) for event in events if event["event"] == "events_lost")
    told = sum(event["event"] == "control" for event in events)
    print(f"told {told} lost {lost} sum {told + lost} octets {len(text)}", flush=True)


def is_cut(client):
    """True when the daemon has closed its end: what it sent before may come first."""
    try:
        while client.recv(65536):
            pass
    except ConnectionResetError:
        pass
    except TimeoutError:
        return False
    return True


def hears_hang_up(client):
    waiting = select.poll()
    waiting.register(client, 0)
    return any(what & select.POLLHUP for _, what in waiting.poll(PATIENCE * 1000))


def main():
    path, kind = sys.argv[1:3]
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.settimeout(PATIENCE)
    client.connect(path)
    if kind == "busy":
        slowest = 0.0
        for _ in range(int(sys.argv[3])):
            began = time.monotonic()
            ask(client, {"command": "log", "level": "error"})
            line_of(client)
            slowest = max(slowest, time.monotonic() - began)
        print(f"slowest {slowest * 1000:.0f}")
        return
    # Blocked from the beginning, so that one that comes early is not missed.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    follow(client)
    if kind == "full":
        signal.sigwait({signal.SIGUSR1})
        read_all(client)
    elif kind == "half-closed":
        client.shutdown(socket.SHUT_WR)
        print("cut" if is_cut(client) else "kept", flush=True)
    elif kind == "deaf":
        client.shutdown(socket.SHUT_RD)
        signal.sigwait({signal.SIGUSR1})
        # The daemon finds out when it next has something to say, and hangs up.
        print("cut" if hears_hang_up(client) else "kept", flush=True)


main()
