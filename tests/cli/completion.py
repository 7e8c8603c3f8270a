"""Shell completion, as a shell does it: the printed script is sourced and asked for words."""
import os
import re
import shutil
import subprocess

from program import SECONDS
from usage import verbs

ASK = """
source <("$1" completion bash) || exit 1
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_dbcache
printf '%s\\n' "${COMPREPLY[@]}"
"""


def complete(program, *words):
    done = subprocess.run(["bash", "-c", ASK, "bash", program.path, "dbcache", *words],
                          capture_output=True, text=True, timeout=SECONDS, check=False,
                          env=program.environment())
    return done.stdout.split() if done.returncode == 0 and not done.stderr else [done.stderr]


CASES = [  # words, what must be offered, what must not
    (["sh"], ["show"], ["set", "check"]),
    (["show", ""], ["pif", "network", "--json", "--root-prefix="], ["--in-place"]),
    (["show", "ne"], ["network"], ["pif"]),
    (["format", "--i"], ["--in-place"], ["--json"]),
    (["--json", "rep"], ["repair", "report"], []),
    (["remap", "--"], ["--map=", "--nics=", "--dry-run", "--force"], ["--unset="]),
    (["repair", "--"], ["--dry-run", "--force", "--json"], ["--in-place"]),
    (["set", "pif", "eth0", "ip_"], ["ip_configuration_mode"], ["bridge"]),
    (["set", "network", "xenbr0", "br"], ["bridge"], []),
    (["check", "--explain", "gateway-"], ["gateway-outside", "gateway-syntax"], ["check"]),
    (["completion", ""], ["bash", "zsh"], ["pif"]),
    (["graph", "--"], ["--format", "--output"], ["--dry-run"]),
    (["report", "--"], ["--output", "--status"], ["--format"]),
]


def test_bash(program, case):
    words, wanted, unwanted = case
    found = complete(program, *words)
    return ["%s: not offered, found %s" % (word, found) for word in wanted if word not in found] + [
        "%s: offered" % word for word in unwanted if word in found]


def test_verbs(program, _):
    """Every verb, and of each verb every option of its help."""
    names = verbs(program)
    out = [] if set(names) <= set(complete(program, "")) else ["verbs: %s" % complete(program, "")]
    for name in names:
        text = program.run(name, "--help").stdout.split("dbcache --help lists")[0]
        options = set(re.findall(r"^ {2,6}(?:-\w, )?(--[a-z-]+)", text, re.MULTILINE))
        offered = {word.rstrip("=") for word in complete(program, name, "--")}
        out += ["%s: %s is not offered" % (name, option) for option in sorted(options - offered)]
    return out


def test_registered(program, _):
    """bash knows the function under the program's name."""
    script = 'source <("$0" completion bash); complete -p dbcache'
    done = subprocess.run(["bash", "-c", script, program.path], capture_output=True, text=True,
                          timeout=SECONDS, check=False, env=program.environment())
    return [] if "-F _dbcache dbcache" in done.stdout else [done.stdout, done.stderr]


def test_zsh(program, _):
    """zsh takes the script, where there is a zsh."""
    script = program.run("completion", "zsh").stdout
    out = [] if script.startswith("#compdef dbcache\n") else [script[:100]]
    out += ["no %s" % name for name in verbs(program) if '"%s:' % name not in script]
    if shutil.which("zsh"):
        done = subprocess.run(["zsh", "-n", "/dev/stdin"], input=script, capture_output=True,
                              text=True, timeout=SECONDS, check=False,
                              env=program.environment(HOME=os.sep))
        out += [done.stderr] if done.returncode or done.stderr else []
    return out


def tests():
    return [("completion of every verb", test_verbs, None),
            ("completion is registered", test_registered, None),
            ("completion for zsh", test_zsh, None)] + [
                ("completion of %s" % " ".join(case[0]), test_bash, case) for case in CASES]
