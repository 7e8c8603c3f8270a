#!/usr/bin/env python3
"""Runs doc/recovery.md: its commands, one after the other, on an invented host, and compares what
they print with what the document shows.

usage: recovery.py DBCACHE INTERFACE-RECONFIGURE

In the document, a block fenced as `console` holds commands (a line that starts with "# ") and their
output; a line "..." stands for any lines, "..." within a line for any text.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
import report  # noqa: E402

SECONDS = 60

# What the host has of other people's programs.  $root is the invented host's root folder.
STANDINS = {
    "sbin/ifup": """
mkdir -p "$root/sys/class/net/$1"
echo 0x1003 >"$root/sys/class/net/$1/flags"
echo 1500 >"$root/sys/class/net/$1/mtu"
echo 00:16:3e:70:00:10 >"$root/sys/class/net/$1/address"
""",
    "sbin/ifdown": "",
    "sbin/ip": """
case $* in
*"addr show dev xapi0") echo '[{"ifname":"xapi0","addr_info":[{"family":"inet",
    "local":"192.0.2.10","prefixlen":24,"scope":"global"}]}]' ;;
*"addr show dev "*) echo '[{"addr_info":[]}]' ;;
*"default dev xapi0") echo 'default via 192.0.2.1 dev xapi0' ;;
esac
""",
    "usr/bin/ovs-vsctl": """
case $* in
*"list-ifaces xapi0") printf 'bond0\\neth0\\neth1\\n' ;;
*"br-to-vlan xapi1"*) printf '20\\nxapi0\\n' ;;
esac
""",
}


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


def make_host(root):
    fixtures = os.path.join(SOURCE, "fixtures", "recovery")
    for name, place in (("network.dbcache", "var/xapi"), ("xensource-inventory", "etc"),
                        ("state.db", "var/xapi"), ("networkd.db", "var/xapi")):
        os.makedirs(os.path.join(root, place), exist_ok=True)
        shutil.copy(os.path.join(fixtures, name), os.path.join(root, place, name))
    write(os.path.join(root, "etc/xensource/network.conf"), "openvswitch\n")
    write(os.path.join(root, "var/run/openvswitch/db.sock"), "")
    for i in range(2):
        device = os.path.join(root, "sys/class/net/eth%d" % i)
        write(os.path.join(device, "address"), "00:16:3e:70:00:1%d\n" % i)
        write(os.path.join(device, "flags"), "0x1002\n")
        write(os.path.join(device, "mtu"), "1500\n")
    for path, script in STANDINS.items():
        write(os.path.join(root, path), "#!/bin/sh\nroot='%s'\n%s" % (root, script), 0o755)


def make_programs(folder, root, programs):
    """The programs as the document calls them: the invented host is theirs."""
    extra = {"dbcache": "", "interface-reconfigure": "--no-syslog"}
    for name, program in programs.items():
        write(os.path.join(folder, name), "#!/bin/sh\nexec '%s' --root-prefix='%s' %s \"$@\"\n"
              % (program, root, extra[name]), 0o755)


def blocks(text):
    """[(line number, command, [lines shown])] of the document."""
    out = []
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            fenced = line == "```console"
        elif fenced and line.startswith("# "):
            out.append((number, line[2:], []))
        elif fenced:
            out[-1][2].append(line)
    return out


def pattern(lines):
    """What the shown lines stand for."""
    parts = []
    for line in lines:
        if line == "...":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(".*".join(re.escape(piece) for piece in line.split("...")) + r"\n")
    return re.compile("".join(parts))


def run(command, path, root):
    command = re.sub(r"(?<= )/(?=var/)", root + "/", command)
    env = {"PATH": path + ":/usr/bin:/bin:/sbin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": root,
           "PYTHONDONTWRITEBYTECODE": "1"}
    env.update((name, os.environ[name]) for name in os.environ if name.endswith("SAN_OPTIONS"))
    done = subprocess.run(["sh", "-c", command], stdin=subprocess.DEVNULL, env=env, cwd=root,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=SECONDS, check=False)
    return done.stdout.replace(root + "/", "/")


def main():
    programs = {"dbcache": os.path.abspath(sys.argv[1]),
                "interface-reconfigure": os.path.abspath(sys.argv[2])}
    results = report.Report()
    with open(os.path.join(SOURCE, "doc", "recovery.md"), encoding="utf-8") as file:
        commands = blocks(file.read())
    if len(commands) < 10:
        results.fail("recovery: the document", ["only %d commands found" % len(commands)])
    with tempfile.TemporaryDirectory(prefix="dbcache-recovery-") as folder:
        root = os.path.join(folder, "host")
        make_host(root)
        make_programs(os.path.join(folder, "bin"), root, programs)
        for number, command, shown in commands:
            output = run(command, os.path.join(folder, "bin"), root)
            wrong = [] if pattern(shown).fullmatch(output) else (
                ["shown:"] + ["  " + line for line in shown] + ["printed:"]
                + ["  " + line for line in output.splitlines()])
            results.result("recovery: line %d: %s" % (number, command), wrong)
    return results.status()


if __name__ == "__main__":
    sys.exit(main())
