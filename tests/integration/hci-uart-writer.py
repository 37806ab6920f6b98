"""A Bluetooth controller at the far end of a PTY, written in another language from the specification.

usage: hci-uart-writer.py PORT [legacy] [mute OPCODE]

Answers HCI commands (Core Spec Vol 4 Part E), prints `command 0c03` for each, and writes what standard
input says, one order per line: hexadecimal bytes, sent as they are.
"""
import os
import select
import sys
import termios
import tty

port = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
tty.setraw(port, termios.TCSANOW)
legacy = "legacy" in sys.argv
mute = int(sys.argv[sys.argv.index("mute") + 1], 16) if "mute" in sys.argv else None


def returned(opcode):
    if opcode == 0x1002:  # Read Local Supported Commands: 64 bytes of bits
        bits = bytearray(64)
        if not legacy:
            bits[37] = 0x60  # LE Set Extended Scan Parameters and Enable
        return bytes([0]) + bytes(bits)
    if opcode == 0x1003:  # Read Local Supported Features: LE only
        return bytes([0, 0, 0, 0, 0, 0x60, 0, 0, 0])
    if legacy and opcode in (0x2041, 0x2042):
        return bytes([1])  # unknown command
    return bytes([0])


held = b""
orders = b""
print("ready", flush=True)
while True:
    readable, _, _ = select.select([port, sys.stdin], [], [])
    if port in readable:
        try:
            chunk = os.read(port, 4096)
        except OSError:
            sys.exit(0)
        if not chunk:
            sys.exit(0)
        held += chunk
        while len(held) >= 4 and len(held) >= 4 + held[3]:
            opcode = held[1] | held[2] << 8
            held = held[4 + held[3]:]
            print("command %04x" % opcode, flush=True)
            if opcode != mute:
                answer = bytes([1, opcode & 0xFF, opcode >> 8]) + returned(opcode)
                os.write(port, bytes([0x04, 0x0E, len(answer)]) + answer)
    if sys.stdin in readable:
        chunk = os.read(sys.stdin.fileno(), 65536)
        if not chunk:
            sys.exit(0)
        orders += chunk
        while b"\n" in orders:
            order, orders = orders.split(b"\n", 1)
            data = bytes.fromhex(order.decode())
            while data:
                data = data[os.write(port, data):]
