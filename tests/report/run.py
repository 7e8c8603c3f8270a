#!/usr/bin/env python3
"""Opens pages of `dbcache report` in a real browser: nothing on the console, sorting and filtering
work, and no text from a cache becomes markup.

usage: run.py DBCACHE
"""
import contextlib
import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from xml.sax.saxutils import escape, quoteattr

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from chromium import Browser  # noqa: E402

FIXTURES = os.path.join(HERE, "..", "..", "fixtures")
SECONDS = 120  # for one page, with sanitizers
SOUND = ["statedb/8.2.xml", "check/mtu-bond/bad.dbcache", "networkd/8.2.db",
         "dialects/09b-upgraded-tunnel-duplicated.dbcache", "quickstart/network.dbcache"]
HOSTILE = [
    "<script>window.pwned=1</script>", "<img src=x onerror=window.pwned=1>",
    "\"><svg onload=window.pwned=1>", "' onmouseover='window.pwned=1", "\" autofocus onfocus=\"x",
    "</title><script>window.pwned=1</script>", "</style><script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>", "--><script>window.pwned=1</script>",
    "]]><script>window.pwned=1</script>", "</text></svg><iframe src=javascript:window.pwned=1>",
    "javascript:window.pwned=1", "&lt;script&gt;window.pwned=1&lt;/script&gt;", "&#60;b>",
    "{{7*7}}${7*7}<%=7*7%>", "<base href=//x.test/>", "<meta http-equiv=refresh content=0>",
    "<style>*{display:none}</style>", "<a href=javascript:window.pwned=1>x</a>", "\u202e<b>\u2066",
    "<form action=//x.test><input name=x>", "\u2028<plaintext>", "<template><b>", "=1+1<x>"]
# What a page is made of; anything else came out of a cache.
ELEMENTS = set("HTML HEAD META TITLE STYLE BODY A MAIN H1 H2 H3 H4 P SPAN DL DT DD DIV TABLE "
               "CAPTION THEAD TBODY TR TH TD ARTICLE UL OL LI B SECTION FOOTER SCRIPT DETAILS "
               "SUMMARY TIME BUTTON LABEL INPUT svg rect text path circle a".split())
ATTRIBUTES = set("lang charset http-equiv content name class href id tabindex role aria-label "
                 "xmlns viewBox width height x y rx cx cy r d type aria-sort scope "
                 "title open".split())
FACTS = """(() => { const all = [...document.querySelectorAll('*')]; return {
  elements: [...new Set(all.map(e => e.tagName))],
  attributes: [...new Set(all.flatMap(e => e.getAttributeNames()))],
  scripts: document.scripts.length, styles: document.querySelectorAll('style').length,
  links: all.filter(e => e.hasAttribute('href')).map(e => e.getAttribute('href')),
  lost: all.filter(e => (e.getAttribute('href') || '').startsWith('#') &&
    !document.getElementById(e.getAttribute('href').slice(1))).map(e => e.getAttribute('href')),
  twice: all.map(e => e.id).filter((id, i, ids) => id && ids.indexOf(id) !== i),
  pwned: typeof window.pwned, text: document.body.textContent, title: document.title }; })()"""


def hostile_cache(text):
    """A cache in which every text is `text`."""
    pif = "".join("<%s>%s</%s>" % (name, escape(text), name) for name in (
        "uuid", "MAC", "device", "VLAN", "ip_configuration_mode", "IP", "netmask",
        "gateway", "DNS"))
    value = escape(text)
    return ("<?xml version='1.0'?><xenserver-network-configuration>"
            "<pif ref=%s><network>OpaqueRef:n</network><management>True</management>%s"
            "<bond_master_of><slave>OpaqueRef:b</slave></bond_master_of>"
            "<other_config><bond-mode>%s</bond-mode><domain>%s</domain></other_config></pif>"
            "<bond ref='OpaqueRef:b'><uuid>%s</uuid><master>%s</master><slaves><slave>%s</slave>"
            "</slaves></bond><network ref='OpaqueRef:n'><uuid>%s</uuid><bridge>%s</bridge>"
            "<MTU>%s</MTU><PIFs><PIF>%s</PIF></PIFs><other_config><static-routes>%s"
            "</static-routes></other_config></network></xenserver-network-configuration>" % (
                quoteattr(text), pif, value, value, value, value, value, value, value, value, value,
                value))


def make(program, out, *files):
    done = subprocess.run([program, "report", "-o", out, *files], capture_output=True, text=True,
                          timeout=SECONDS, check=False)
    return ["status %d: %s" % (done.returncode, done.stderr)] if done.returncode else []


def page_wrong(browser, out):
    """What no page may have."""
    browser.open(out)
    browser.value("[...document.querySelectorAll('svg a')].slice(0, 50).forEach(e => e.focus())")
    facts = browser.value(FACTS)
    wrong = ["console: " + message for message in browser.messages]
    wrong += ["element " + name for name in facts["elements"] if name not in ELEMENTS]
    wrong += ["attribute " + name for name in facts["attributes"] if name not in ATTRIBUTES]
    wrong += ["address " + link for link in facts["links"]
              if not re.fullmatch(r"#(main|h\d+([nf]\d+|r)?)", link)]
    wrong += ["leads nowhere: " + link for link in facts["lost"]]
    wrong += ["id twice: " + name for name in facts["twice"]]
    if facts["scripts"] != 1 or facts["styles"] != 1 or facts["pwned"] != "undefined":
        wrong.append("scripts %(scripts)d, styles %(styles)d, pwned %(pwned)s" % facts)
    return wrong, facts


def test_sound(program, browser, folder):
    """sound and damaged hosts: nothing on the console, every link leads somewhere"""
    wrong = []
    out = os.path.join(folder, "page.html")
    for name in SOUND:
        wrong += make(program, out, os.path.join(FIXTURES, name)) or page_wrong(browser, out)[0]
    return wrong


def test_hostile(program, browser, folder):
    """texts from a cache and names of files stay text"""
    wrong, files = [], []
    out = os.path.join(folder, "page.html")
    for number, text in enumerate(HOSTILE):
        name = "%d%s.dbcache" % (number, text.replace("/", "\\"))
        files.append(os.path.join(folder, name))
        with open(files[-1], "w", encoding="utf-8") as file:
            file.write(hostile_cache(text))
        said = make(program, out, files[-1])
        if not said:
            said, facts = page_wrong(browser, out)
            if text.isascii() and (text not in facts["text"] or text.replace("/", "\\") not in
                                   facts["title"]):
                said.append("the text is not on the page as it is")
        wrong += ["%s: %s" % (text, one) for one in said]
    for some in (files, files[:3], ["--status", "--root-prefix=" + folder, files[0]]):
        wrong += make(program, out, *some) or page_wrong(browser, out)[0]
    return wrong


SORT = """(() => { const table = document.querySelector('table.data');
  const texts = () => [...table.tBodies[0].rows].map(r => r.cells[0].textContent.trim());
  const button = table.tHead.querySelector('button'); button.click(); const up = texts();
  const said = button.parentNode.getAttribute('aria-sort'); button.click();
  return [up, texts(), said]; })()"""
FILTER = """(() => { const input = document.querySelector('.filter input');
  const rows = [...document.querySelector('table.data').tBodies[0].rows];
  input.value = 'BOND0'; input.dispatchEvent(new Event('input'));
  const left = rows.filter(r => !r.hidden).map(r => r.cells[0].textContent.trim());
  input.value = ''; input.dispatchEvent(new Event('input'));
  return [left, rows.filter(r => r.hidden).length]; })()"""


def test_tables(program, browser, folder):
    """a click sorts a table both ways, a word filters it"""
    out = os.path.join(folder, "page.html")
    wrong = make(program, out, os.path.join(FIXTURES, SOUND[3]))
    browser.open(out)
    up, down, said = browser.value(SORT)
    expected = ["bond0", "eth0", "eth1", "eth2"]
    if up != expected or down != expected[::-1] or said != "ascending":
        wrong.append("sorted: %s, %s, %s" % (up, down, said))
    left, hidden = browser.value(FILTER)
    if sorted(left) != ["bond0", "eth0", "eth1"] or hidden != 0:  # the bond and its slaves
        wrong.append("filtered: %s, then %d hidden" % (left, hidden))
    return wrong


def test_odd_one(program, browser, folder):
    """the host that differs from its peers is named"""
    out = os.path.join(folder, "page.html")
    bad = os.path.join(FIXTURES, "check/mtu-bond/bad.dbcache")
    good = os.path.join(folder, "good.dbcache")
    with open(bad, encoding="utf-8") as file:
        text = file.read()
    files = [bad, good, os.path.join(folder, "other.dbcache")]
    for path in files[1:]:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("9000", "1500"))
    with open(path, "w", encoding="utf-8") as file:  # slaves in another order are the same
        file.write(re.sub(r"(<slave>[^<]*</slave>\s*)(<slave>[^<]*</slave>\s*)(?=</slaves>)",
                          r"\2\1", text.replace("9000", "1500")))
    wrong = make(program, out, *files)
    browser.open(out)
    rows = browser.value("[...document.querySelector('[aria-label=Differences] table').rows].map("
                         "r => [...r.cells].map(c => c.textContent.trim() + (c.className)))")
    expected = [["What", "bad", "good", "other"], ["eth1: MTU", "9000odd", "1500", "1500"]]
    return wrong + ([] if rows == expected else ["rows: %s" % rows])


def test_between(program, browser, folder):
    """what check finds between hosts is there, and leads to the host"""
    out = os.path.join(folder, "page.html")
    wrong = make(program, out, *[os.path.join(FIXTURES, name) for name in (
        "pool/alpha.dbcache", "pool/beta.dbcache", "check/pool-mtu/bad.dbcache")])
    wrong += page_wrong(browser, out)[0]
    said = browser.value("[...document.querySelectorAll('main > .finding li')].map("
                         "e => e.textContent.trim())")
    if not said or not all(one.startswith("bad: ") for one in said):
        wrong.append("between the hosts: %s" % said)
    verdict = browser.value("document.querySelector('h1 + .verdict').textContent")
    marked = browser.value("""[...document.querySelectorAll('section.host')].map(s =>
        [...s.querySelectorAll('svg a.box:has(circle) text:first-of-type')].map(
            t => t.textContent))""")
    if marked != [[], [], ["xapi1", "xapi2"]]:
        wrong.append("marked: %s" % marked)
    if "2 of 3 hosts are sound" not in verdict and "3 of 3 hosts are sound" not in verdict:
        wrong.append("verdict: " + verdict)
    return wrong


def test_status(program, browser, folder):
    """where the running host differs from its records, as status says; not for several hosts"""
    out, root = os.path.join(folder, "page.html"), os.path.join(folder, "root")
    os.makedirs(os.path.join(root, "etc/xensource"))
    with open(os.path.join(root, "etc/xensource/network.conf"), "w", encoding="utf-8") as file:
        file.write("bridge\n")
    options = ["--root-prefix=" + root, os.path.join(FIXTURES, SOUND[3])]
    said = subprocess.run([program, "status", "--json", *options], capture_output=True, timeout=60,
                          check=False).stdout
    expected = [[row["device"], row["bridge"], row["what"], row["should_be"], row["is"],
                 "differs" if row["drift"] else "same"] for row in json.loads(said)["rows"]]
    wrong = make(program, out, "--status", *options) or page_wrong(browser, out)[0]
    rows, verdict = browser.value("""[[...document.querySelectorAll(
        '[aria-label="Records and host"] tbody tr')].map(r => [...r.cells].map(c => c.textContent
        .trim())), document.querySelector('.verdict').textContent]""")
    if not rows or rows != expected:
        wrong.append("%s, not %s" % (rows, expected))
    if "%d differences to the running host" % len(rows) not in verdict:
        wrong.append(verdict)
    return wrong + ([] if make(program, out, "--status", *options, options[1]) else ["two hosts"])


CARD = """(() => { const box = document.querySelector('svg a.bond'); box.focus();
  const said = document.querySelector('.card').textContent; box.blur();
  return [said, document.querySelectorAll('.card').length]; })()"""


def test_card(program, browser, folder):
    """a box that has the focus shows its record, which goes with the focus"""
    out = os.path.join(folder, "page.html")
    wrong = make(program, out, os.path.join(FIXTURES, SOUND[3]))
    browser.open(out)
    said, left = browser.value(CARD)
    for word in ("bond bond0", "192.0.2.10", "Name servers192.0.2.53,192.0.2.54", "active-backup"):
        wrong += [] if word in said else ["%s is not in %s" % (word, said)]
    return wrong + ["the card stays"] * left


# Words that go on in a second line, of the names at the start of a table's lines.
BROKEN = """[...document.querySelectorAll('tbody th')].flatMap(th => {
  const walk = document.createTreeWalker(th, NodeFilter.SHOW_TEXT), out = [];
  while (walk.nextNode()) for (const word of walk.currentNode.data.matchAll(/[^\\s-]+/g)) {
    const range = document.createRange();
    range.setStart(walk.currentNode, word.index);
    range.setEnd(walk.currentNode, word.index + word[0].length);
    if (new Set([...range.getClientRects()].map(r => r.top)).size > 1) out.push(word[0]);
  } return out; })"""
PAPER = 1000  # pixels that A4 across has between its margins, and Letter too, roughly
# Contrast as WCAG 2 has it, of every text with what is behind it.
CONTRAST = """(() => { const parse = c => c.match(/[0-9.]+/g).map(Number);
  const light = c => { const [r, g, b] = c.map(v => { v /= 255;
    return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; }
    return [255, 255, 255]; };
  const bad = new Set();
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) ||
        e.closest('svg, script, .skip')) continue;
    const a = light(parse(getComputedStyle(e).color)), b = light(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.add(e.tagName + '.' + e.className + ' ' + ratio.toFixed(2));
  } return [...bad]; })()"""


def test_looks(program, browser, folder):
    """light, dark, on a phone, on paper, without scripts: read, and nothing beside the screen"""
    out = os.path.join(folder, "page.html")
    wrong = make(program, out, *[os.path.join(FIXTURES, name) for name in (
        SOUND[3], "check/mtu-bond/bad.dbcache", "check/pool-mtu/bad.dbcache")])
    for scheme in ("light", "dark"):
        browser.look(1280, scheme)
        browser.open(out)
        wrong += ["%s: %s" % (scheme, one) for one in browser.value(CONTRAST)]
    for width in (360, 768):
        browser.look(width)
        browser.open(out)
        wrong += ["%s is broken at %d" % (word, width) for word in browser.value(BROKEN)]
        wide = browser.value("document.documentElement.scrollWidth")
        wrong += [] if wide <= width else ["%d wide at %d" % (wide, width)]
    browser.look(PAPER, media="print")
    browser.open(out)
    wrong += browser.value("""[...document.querySelectorAll('table, svg')].filter(e =>
        e.getBoundingClientRect().right > %d).map(e => 'paper: ' + e.tagName +
        e.getBoundingClientRect().right)""" % PAPER)
    if browser.value("[...document.querySelectorAll('.filter')].some(e => e.checkVisibility())"):
        wrong.append("paper: a field to type in")
    browser.look(1280, scripts=False)
    browser.open(out)
    rows, inputs = browser.value("[document.querySelectorAll('tbody tr').length,"
                                 "document.querySelectorAll('input, button').length]")
    browser.look(1280)
    return wrong + ([] if rows > 20 and inputs == 0 else ["%d rows, %d inputs" % (rows, inputs)])


def test_readers(program, browser, folder):
    """a screen reader gets names and heads; a keyboard reaches what a mouse does"""
    out = os.path.join(folder, "page.html")
    wrong = make(program, out, os.path.join(FIXTURES, "check/mtu-bond/bad.dbcache"))
    browser.open(out)
    nodes = browser.readers_tree()
    wrong += [] if ("group", "Topology") in nodes else ["the picture has no name"]
    for role in ("link", "button", "table", "region", "searchbox", "columnheader"):
        named = [name for kind, name in nodes if kind == role]
        if not named or "" in named:
            wrong.append("%s: %s" % (role, named))
    heads = [name for kind, name in nodes if kind == "rowheader"]
    if not {"eth0", "bond0", "xapi2"} <= {head.split(" ")[0] for head in heads}:
        wrong.append("row heads: %s" % heads)
    if not any(kind == "link" and "\nwarning: " in name.replace(" warning: ", "\nwarning: ")
               for kind, name in nodes):
        wrong.append("no box says its warning")
    unreached = browser.value("""[...document.querySelectorAll('a, button, input, .scroll')]
        .filter(e => { e.focus(); return document.activeElement !== e; }).map(e => e.outerHTML)""")
    return wrong + ["no focus: " + one for one in unreached]


def test_history(program, browser, folder):
    """each snapshot is there with what it changed, escaped; a damaged history is told"""
    out, path = os.path.join(folder, "page.html"), os.path.join(folder, "network.dbcache")
    shutil.copy(os.path.join(FIXTURES, SOUND[3]), path)
    for value in ("192.0.2.77", "192.0.2.78"):
        subprocess.run([program, "set", "pif", "bond0", "DNS", value, path], check=True,
                       capture_output=True, timeout=60)
    wrong = make(program, out, path)
    wrong += page_wrong(browser, out)[0]
    rows = browser.value("[...document.querySelectorAll('.timeline td')].map("
                         "e => e.textContent.trim())")
    if rows != ["pif bond0", "DNS", "192.0.2.77", "192.0.2.78",
                "pif bond0", "DNS", "192.0.2.53,192.0.2.54", "192.0.2.77"]:
        wrong.append("history: %s" % rows)
    with contextlib.closing(sqlite3.connect(os.path.join(folder, "dbcache-history.db"))) as db:
        db.execute("ALTER TABLE snapshot RENAME TO lost")
    wrong += make(program, out, path)
    with open(out, encoding="utf-8") as file:
        if "The history cannot be read: " not in file.read():
            wrong.append("a damaged history is not told")
    return wrong


OVERLAPS = """(() => { const all = [...document.querySelectorAll('svg')].flatMap(svg => {
  const boxes = [...svg.querySelectorAll('rect')].map(r => r.getBBox());
  return boxes.filter((a, i) => boxes.some((b, j) => i < j && a.x < b.x + b.width &&
    b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height)); });
  return all.length; })()"""


# Names that leave their box, or lie under its mark.
CUT_OFF = """[...document.querySelectorAll('svg a')].filter(a => {
  const box = a.querySelector('rect').getBBox(), mark = a.querySelector('circle');
  const end = mark ? mark.getBBox().x : box.x + box.width;
  return [...a.querySelectorAll('text:not(.mark)')].some(t => t.getBBox().x +
    t.getComputedTextLength() > end); }).map(a => a.textContent)"""


def test_picture(program, browser, folder):
    """every fixture of check, circles among them: a page, no box upon another, no name out of it"""
    out, wrong = os.path.join(folder, "page.html"), []
    for rule in sorted(os.listdir(os.path.join(FIXTURES, "check"))):
        path = os.path.join(FIXTURES, "check", rule, "bad.dbcache")
        if os.path.exists(path):
            said = make(program, out, path) or page_wrong(browser, out)[0]
            if browser.value(OVERLAPS) != 0:
                said.append("boxes overlap")
            said += ["a name is too long: %s" % name for name in browser.value(CUT_OFF)]
            wrong += ["%s: %s" % (rule, one) for one in said]
    return wrong


def vlans(n):
    return subprocess.run([sys.executable, os.path.join(HERE, "..", "bench", "make_cache.py"),
                           str(n)], check=True, capture_output=True, timeout=60).stdout


def test_large(program, browser, folder):
    """64 hosts of 250 VLANs: 3 MB, filtered in a moment; the odd one out is found among them"""
    out, text, files = os.path.join(folder, "page.html"), vlans(250), []
    for number in range(64):
        files.append(os.path.join(folder, "h%d.dbcache" % number))
        with open(files[-1], "wb") as file:
            file.write(text.replace(b"1500", b"9000") if number == 7 else text)
    wrong = make(program, out, *files)
    wrong += [] if os.path.getsize(out) <= 3000000 else ["%d bytes" % os.path.getsize(out)]
    browser.open(out)
    took = browser.value("""(() => { const all = [...document.querySelectorAll('.filter input')];
      const vlans = all.find(e => e.parentNode.textContent.includes('VLANs'));
      const start = performance.now(); vlans.value = 'eth0.2';
      vlans.dispatchEvent(new Event('input')); document.body.offsetHeight;
      return performance.now() - start; })()""")
    wrong += [] if took < 500 else ["filtering took %d ms" % took]
    rows = browser.value("[...document.querySelector('[aria-label=Differences] table')"
                         ".tBodies[0].rows].map(r => r.textContent.trim())")
    # More than are shown, of which each names the host.
    if len(rows) != 200 or not all(row.endswith("h7") for row in rows):
        wrong.append("%d rows: %s" % (len(rows), rows[:3]))
    pictures = browser.value("document.querySelectorAll('svg').length")
    many = browser.value("document.querySelectorAll('svg .many').length")
    # Two rows for each of the four NICs: its own, and that of the box for its VLANs.
    height = browser.value("document.querySelector('svg').getAttribute('height')")
    wrong += [] if height == "424" else ["a picture %s high" % height]
    return wrong + ([] if (pictures, many) == (16, 64) else ["pictures %d, %d" % (pictures, many)])


def pif(name, fields):
    return "<pif ref='%s'><device>%s</device>%s</pif>" % (name, name, fields)


def cache(folder, name, pifs):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write("<xenserver-network-configuration>%s</xenserver-network-configuration>" %
                   "".join(pifs))
    return path


def full_disk():
    """What the program writes into files ends after 4096 bytes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def test_refusals(program, _browser, folder):
    """no half page: a file that cannot be read, a page too large, a full disk, a pipe that ends"""
    out, wrong = os.path.join(folder, "kept.html"), []
    good = os.path.join(FIXTURES, SOUND[3])
    large = cache(folder, "large.dbcache", [pif("eth%d" % i, "<DNS>%s</DNS>" % ('"' * 65000))
                                            for i in range(180)])
    with open(out, "w", encoding="utf-8") as file:
        file.write("old")
    missing = os.path.join(folder, "missing.dbcache")
    for files, before, word in (([missing], None, "missing"), ([good, missing], None, "missing"),
                                ([large], None, "67108864 bytes"), ([good], full_disk, "kept")):
        said = subprocess.run([program, "report", "-o", out, *files], preexec_fn=before,
                              capture_output=True, text=True, timeout=60, check=False)
        with open(out, encoding="utf-8") as file:
            kept = file.read() == "old"
        if said.returncode != 2 or word not in said.stderr or not kept:
            wrong.append("%s: %s, kept %s" % (files, said, kept))
    with open("/dev/full", "w", encoding="utf-8") as full:
        said = subprocess.run([program, "report", good], stdout=full, stderr=subprocess.PIPE,
                              text=True, timeout=60, check=False)
    wrong += [] if said.returncode == 2 and said.stderr else ["/dev/full: %s" % said]
    reader, writer = os.pipe()
    os.close(reader)
    said = subprocess.run([program, "report", good], stdout=writer, stderr=subprocess.PIPE,
                          text=True, timeout=60, check=False)
    os.close(writer)
    wrong += [] if said.returncode not in (0, 1) else ["a pipe that has ended: %s" % said]
    return wrong + [name for name in os.listdir(folder) if ".dbc-" in name]


def test_together(program, _browser, folder):
    """hosts with too many records to be looked at together are on the page by themselves"""
    out, wrong = os.path.join(folder, "page.html"), []
    # Comments are kept and take memory, and are not on the page.
    many = cache(folder, "many.dbcache", [pif("eth0", "<!-- %s -->" % ("x" * 60000) * 69)])
    sides = [cache(folder, "side%d.dbcache" % side, [
        pif("eth%d" % i, "<ip_configuration_mode>%d %s</ip_configuration_mode>" % (
            1000 * side + i, "x" * 17000)) for i in range(1000)]) for side in (1, 2)]
    for files, text in (([many] * 18, "looked at together"), (sides, "too many to be compared")):
        wrong += make(program, out, *files)
        with open(out, encoding="utf-8") as file:
            page = file.read()
        found = text in page, page.count('<section class="host">')
        wrong += [] if found == (True, len(files)) else ["%s: %s" % (text, found)]
    return wrong


def test_readme(program, _browser, _folder):
    """README's pictures are what the program draws"""
    wrong = []
    page = subprocess.run([program, "report", os.path.join(FIXTURES, SOUND[1])], check=True,
                          capture_output=True, text=True, timeout=60).stdout
    graph = subprocess.run([program, "graph", os.path.join(FIXTURES, SOUND[3])], check=True,
                           capture_output=True, text=True, timeout=60).stdout
    with open(os.path.join(FIXTURES, "..", "doc", "report.svg"), encoding="utf-8") as file:
        drawn = file.read().splitlines()
    lines = page[page.index("<svg"):page.index("</svg>")].splitlines()[1:]
    wrong += ["doc/report.svg lacks " + line for line in lines if line not in drawn]
    wrong += [] if "\n".join(lines) in "\n".join(drawn) else ["doc/report.svg has more"]
    with open(os.path.join(FIXTURES, "..", "doc", "graph.svg"), encoding="utf-8") as file:
        drawn = file.read()
    # Where dot puts them depends on its release.
    nodes = re.findall(r"^  (\w+) \[label=<<B>(.*?)</B>", graph, re.MULTILINE)
    for name, label in nodes:
        if "<title>%s</title>" % name not in drawn or ">%s</text>" % label not in drawn:
            wrong.append("doc/graph.svg lacks " + label)
    return wrong + ([] if len(lines) > 10 and len(nodes) > 10 else ["nothing to compare"])


def main():
    path, failed = shutil.which("chromium"), 0
    tests = [test_sound, test_hostile, test_tables, test_odd_one, test_between, test_history,
             test_status, test_picture, test_card, test_looks, test_readers, test_large,
             test_together, test_refusals, test_readme]
    if path is None:
        for test in tests:
            print("skip report: %s: chromium is not installed" % test.__doc__)
        return 0
    browser = Browser(path)
    try:
        for test in tests:
            with tempfile.TemporaryDirectory() as folder:
                wrong = test(os.path.abspath(sys.argv[1]), browser, folder)
            print("%s report: %s" % ("FAIL" if wrong else "ok", test.__doc__), flush=True)
            print("".join("     %s\n" % line for line in wrong[:20]), end="")
            failed += bool(wrong)
    finally:
        browser.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
