#!/usr/bin/env python3
"""Runs a plugin as XAPI does and prints its answer: the value in brackets, or FAILURE and the
error's strings joined by '|'.  Python's own parser reads the answer.

usage: call_plugin.py PROGRAM FUNCTION SESSION
"""
import subprocess
import sys
import xmlrpc.client

REQUEST = ("<methodCall><methodName>%s</methodName><params><param><value>%s</value></param>"
           "<param><value><struct/></value></param></params></methodCall>")


def main():
    program, function, session = sys.argv[1:]
    done = subprocess.run([program, REQUEST % (function, session)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, cwd="/",
                          env={"PATH": "/sbin:/usr/sbin:/bin:/usr/bin"})
    if session in (done.stdout + done.stderr).decode():
        print("the session is shown")
    if done.returncode != 0 or not done.stdout.startswith(b"<?xml"):
        sys.exit("exit status %d: %r %r" % (done.returncode, done.stdout, done.stderr))
    answer = xmlrpc.client.loads(done.stdout)[0][0]
    if answer["Status"] == "Success":
        print("[%s]" % answer["Value"])
    else:
        print("FAILURE " + "|".join(answer["ErrorDescription"]))


if __name__ == "__main__":
    main()
