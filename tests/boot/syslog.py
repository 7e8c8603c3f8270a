#!/usr/bin/env python3
"""Prints what programs send to syslog, one line each, until it is killed.  So the log of the
machine of machine.sh is kept when its power fails.  usage: syslog.py SOCKET"""
import socket
import sys


def main():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(sys.argv[1])
        while True:
            print(log.recv(65536).decode("utf-8", "replace").rstrip("\0\n"), flush=True)


if __name__ == "__main__":
    main()
