#!/usr/bin/env python3
"""Runs --dry-run, as text and as JSON, on every recorded case: the tree stays byte for byte, and
the JSON plan names the very commands and file changes that the case recorded.

usage: run.py PROGRAM [WORD...]
"""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import hostcase  # noqa: E402
import report  # noqa: E402


def is_query(command):
    """Does the command only ask?"""
    return command[0] == "/usr/bin/ovs-vsctl" and any(
        word in ("get", "get-fail-mode", "br-to-parent", "br-exists", "iface-to-br", "list-br")
        for word in command)


def is_flow(command):
    """The flows are one step of the plan, made when the ofports are known."""
    return command[0] == "/usr/bin/ovs-ofctl"


def untouched(case, host, outcome, before):
    out = ["changed: %s" % path for path in host.changed(before)]
    out += ["ran: %s" % " ".join(command) for command in outcome.commands if not is_query(command)]
    if outcome.crashed():
        out.append(outcome.crashed())
    if case.expect["exit"] != 1 and outcome.exit != case.expect["exit"]:
        out += ["exit status: expected %d, got %d" % (case.expect["exit"], outcome.exit)]
        out += outcome.stderr[-2:]
    if outcome.sessions != case.expect.get("sessions", []):
        out.append("XAPI's sessions: %s" % " ".join(outcome.sessions))
    if outcome.exit == 0 and not outcome.stdout.strip():
        out.append("nothing was printed")
    return out


def command_differences(case, steps):
    """The recorded commands against the plan's; a step with only_if_device may be left out."""
    recorded = [command for command in case.expect["commands"]
                if not is_query(command) and not is_flow(command)]
    planned = [step for step in steps if step["kind"] == "command"]
    out = []
    for step in planned:
        if recorded and step["argv"] == recorded[0]:
            recorded.pop(0)
        elif "only_if_device" not in step:
            out.append("the plan has, the record has not: %s" % " ".join(step["argv"]))
    return out + ["the record has, the plan has not: %s" % " ".join(command)
                  for command in recorded]


def file_differences(case, files):
    """The files that the case changed against the plan's new texts, and the new cache."""
    below = "etc/sysconfig/"
    planned = {file["path"].lstrip("/"): file["new"] for file in files}
    saved = planned.get(hostcase.CACHE)
    cache = []
    if saved and not case.fresh_refs:
        cache = hostcase.cache_differences(case.expect["dbcache"], hostcase.read_cache(saved))
    elif case.xapi and case.expect["exit"] == 0:
        cache = ["the plan does not save the cache"]
    planned = {path: text for path, text in planned.items() if path.startswith(below)}
    changed = {path: text for path, text in case.expect["files"].items()
               if case.files.get(path) != text}
    same = {path: text for path, text in planned.items() if case.files.get(path) == text}
    return hostcase.file_differences(dict(same, **changed), planned) + cache


def plan_differences(case, text):
    try:
        plan = json.loads(text)
        out = command_differences(case, plan["steps"])
        return out + file_differences(case, plan["files"])
    except (ValueError, KeyError, TypeError) as error:
        return ["not the JSON of a plan: %r" % error, text[:400]]


class Test:
    def __init__(self, program):
        self.program = program

    def __call__(self, item):
        case, as_json = item
        with hostcase.Host(case) as host:
            before = host.fingerprint()
            extra = ["--dry-run", "--json"] if as_json else ["--dry-run"]
            outcome = host.run(self.program, extra=extra)
            out = untouched(case, host, outcome, before)
            if as_json and outcome.exit == 0 and "commands" in case.compare:
                out += plan_differences(case, outcome.stdout)
        return "dryrun %s%s" % (case.name, " --json" if as_json else ""), out


def main():
    hostcase.isolate()
    program = os.path.abspath(sys.argv[1])
    results = report.Report()
    report.run_all(results, [(case, as_json) for case in hostcase.load_cases(sys.argv[2:])
                             for as_json in (False, True)], Test(program))
    return results.status()


if __name__ == "__main__":
    sys.exit(main())
