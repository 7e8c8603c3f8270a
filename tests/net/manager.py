#!/usr/bin/env python3
"""A manager of Open vSwitch's database: TLS, certificates checked both ways, and the first question
of every manager, over JSON-RPC.  A line goes to stdout for each connection that gets an answer.

usage: manager.py listen|connect ADDRESS PORT CERTIFICATE KEY CA
"listen" waits for Open vSwitch until it is killed; "connect" connects to Open vSwitch once.
"""
import json
import socket
import ssl
import sys
import threading


def talk(conn):
    """Asks for the databases; answers the echoes that keep the connection alive."""
    name = dict(part[0] for part in conn.getpeercert()["subject"])["commonName"]
    conn.sendall(json.dumps({"method": "list_dbs", "params": [], "id": 0}).encode())
    decoder, text = json.JSONDecoder(), ""
    while True:
        data = conn.recv(65536)
        if not data:
            return
        text += data.decode()
        while text:
            try:
                message, end = decoder.raw_decode(text)
            except ValueError:
                break
            text = text[end:].lstrip()
            if message.get("method") == "echo":
                reply = {"result": message["params"], "error": None, "id": message["id"]}
                conn.sendall(json.dumps(reply).encode())
            elif message.get("id") == 0:
                print("%s has %s" % (name, " ".join(message["result"])), flush=True)
                if sys.argv[1] == "connect":
                    return


def serve(raw, context):
    try:
        with context.wrap_socket(raw, server_side=True) as conn:
            talk(conn)
    except OSError as e:
        print("refused: %s" % e, flush=True)


def main():
    how, address, port, certificate, key, ca = sys.argv[1:]
    purpose = ssl.PROTOCOL_TLS_SERVER if how == "listen" else ssl.PROTOCOL_TLS_CLIENT
    context = ssl.SSLContext(purpose)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(certificate, key)
    context.load_verify_locations(ca)
    if how == "connect":
        with context.wrap_socket(socket.create_connection((address, int(port)), 5)) as conn:
            talk(conn)
        return
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, int(port)), family=family) as server:
        while True:
            raw, _ = server.accept()
            threading.Thread(target=serve, args=(raw, context), daemon=True).start()


if __name__ == "__main__":
    main()
