"""IPv6 and what only XAPI has: from a pool's database into a cache, shown, changed, and back."""
import json
import os
import tempfile

from program import FIXTURES, Copy

QUICKSTART = os.path.join(FIXTURES, "quickstart", "network.dbcache")
POOL = """<database><manifest><pair key='schema_major_vsn' value='5'/></manifest>
<table name='host'><row ref='h' uuid='u' name__label='alpha'/></table>
<table name='pool'><row ref='o' master='h' igmp_snooping_enabled='true'/></table>
<table name='network'><row ref='n' uuid='nu' bridge='xenbr0' MTU='1500' purpose="('nbd')"/>
<row ref='m' uuid='mu' bridge='xenbr1' MTU='1500' purpose='()'/></table>
<table name='PIF'><row ref='p' uuid='pu' host='h' network='n' device='eth0' management='true'
 MAC='02:00:00:00:00:01' VLAN='-1' ip_configuration_mode='None' currently_attached='true'
 ipv6_configuration_mode='Static' ipv6_gateway='fe80::1' primary_address_type='IPv6'
 IPv6="('2001:db8::5/64' 'fe80::a/64' 'fd00::5/48')"/>
<row ref='q' uuid='qu' host='h' network='m' device='eth1' management='false'
 MAC='02:00:00:00:00:02' VLAN='-1' ip_configuration_mode='DHCP' currently_attached='true'
 ipv6_configuration_mode='None' ipv6_gateway='' primary_address_type='IPv4'
 IPv6="('fe80::b/64')"/></table></database>"""
IPV6 = ["<ipv6_configuration_mode>Static</ipv6_configuration_mode>",
        "<IPv6>2001:db8::5/64,fd00::5/48</IPv6>",
        "<IPv6_gateway>fe80::1</IPv6_gateway>",
        "<primary_address_type>IPv6</primary_address_type>"]


def imported(program, folder):
    """The folder's state.db, and the cache that is made of it."""
    state, cache = os.path.join(folder, "state.db"), os.path.join(folder, "a.dbcache")
    with open(state, "w", encoding="utf-8") as file:
        file.write(POOL)
    done = program.run("import", "--from=state.db", "--json", "--output", cache, state)
    return state, cache, done


def test_import(program, _):
    """IPv6 of the PIF that has it; nothing of the other one's link-local address."""
    with tempfile.TemporaryDirectory() as folder:
        _, cache, done = imported(program, folder)
        out = done.wrong(0)
        told = {(loss["kind"], loss["what"], loss["field"])
                for loss in json.loads(done.stdout)["losses"]}
        if told != {("lost", "network xenbr0", "purpose"), ("lost", "pool",
                                                            "igmp_snooping_enabled")}:
            out.append("told: %s" % told)
        with open(cache, encoding="utf-8") as file:
            text = file.read()
        out += ["no %s" % line for line in IPV6 if text.count(line) != 1]
        if text.lower().count("ipv6") != 7 or "purpose" in text or "igmp" in text:
            out.append(text)
        return out + program.run("check", cache).wrong(0)


def test_shown(program, _):
    with tempfile.TemporaryDirectory() as folder:
        _, cache, done = imported(program, folder)
        out = done.wrong(0)
        wanted = [(["show"], "2001:db8::5/64,fd00::5/48 via fe80::1  management"),
                  (["show", "pif"], "ipv6_configuration_mode  IPv6"),
                  (["show", "pif", "eth0"], "primary_address_type"),
                  (["show", "pif", "eth1"], "(not in the file)"),
                  (["graph"], "2001:db8::5/64<"), (["graph"], "via fe80::1<"),
                  (["query", "SELECT device FROM pif WHERE IPv6 LIKE '%fd00%'"], "eth0")]
        for words, text in wanted:
            shown = program.run(*words, cache)
            out += shown.wrong(0)
            if text not in shown.stdout:
                out.append("%s: no %s in:\n%s" % (" ".join(words), text, shown.stdout))
        pif = json.loads(program.run("show", "--json", cache).stdout)["pifs"][0]
        if (pif["ipv6_mode"], pif["IPv6"], pif["IPv6_gateway"]) != (
                "Static", "2001:db8::5/64,fd00::5/48", "fe80::1"):
            out.append(str(pif))
        return out


def test_query(program, _):
    """XAPI's own fields: of a pool's database, and NULL of a cache."""
    sql = ("SELECT bridge, purpose, (SELECT igmp_snooping_enabled FROM pool p WHERE p.file = "
           "n.file) FROM network n ORDER BY bridge")
    with tempfile.TemporaryDirectory() as folder:
        state, cache, done = imported(program, folder)
        out = done.wrong(0)
        for path, wanted in ((state, [["xenbr0", "nbd", 1], ["xenbr1", "", 1]]),
                             (cache, [["xenbr0", None, None], ["xenbr1", None, None]])):
            asked = program.run("query", "--json", sql, path)
            rows = [list(row.values()) for row in json.loads(asked.stdout or "[]")]
            out += asked.wrong(0) + ([] if rows == wanted else [str(rows)])
        return out


def test_networkd(program, _):
    """There and back: what is asked of the bridge, and the addresses."""
    with tempfile.TemporaryDirectory() as folder:
        state, cache, done = imported(program, folder)
        made, back = os.path.join(folder, "networkd.db"), os.path.join(folder, "b.dbcache")
        out = done.wrong(0) + program.run("export", "--to=networkd.db", "--output", made,
                                          state).wrong(0)
        with open(made, encoding="utf-8") as file:
            config = json.load(file)
        interface = config["interface_config"]["xenbr0"]
        if (config["bridge_config"]["xenbr0"]["igmp_snooping"] is not True or
                interface["ipv6_gateway"] != "fe80::1" or interface["ipv6_conf"] !=
                ["Static6", [["2001:db8::5", 64], ["fd00::5", 48]]]):
            out.append(json.dumps(config))
        out += program.run("import", "--from=networkd.db", "--output", back, made).wrong(0)
        same = program.run("diff", cache, back)
        return out + (["diff:", same.stdout] if "IPv6" in same.stdout else [])


def test_diff(program, _):
    """A cache that says None says nothing else than one without the field."""
    none = b"<ipv6_configuration_mode>None</ipv6_configuration_mode></pif>"
    with Copy(QUICKSTART) as copy:
        text = copy.read()
        copy.write(text.replace(b"</pif>", none, 1))
        out = program.run("diff", QUICKSTART, copy.path).wrong(0)
        copy.write(text.replace(b"</pif>", none.replace(b"None", b"DHCP"), 1))
        done = program.run("diff", QUICKSTART, copy.path)
        return out + done.wrong(1) + ([] if "ipv6_configuration_mode" in done.stdout
                                      else [done.stdout])


STATIC = ["ipv6_configuration_mode", "Static"]
REFUSED = [  # fields and values, the rule that says so
    (STATIC, "ipv6-missing"),
    (STATIC + ["IPv6", "2001:db8::5"], "ipv6-syntax"),
    (STATIC + ["IPv6", "2001:db8::5/64\"; reboot; \""], "ipv6-syntax"),
    (STATIC + ["IPv6", "2001:db8::5/64,$(reboot)"], "shell-code"),
    (STATIC + ["IPv6", "ff02::1/64"], "ipv6-unusable"),
    (STATIC + ["IPv6", "2001:db8::5/64", "IPv6_gateway", "2001:db8:1::1"], "ipv6-gateway-outside"),
    (STATIC + ["IPv6", "2001:db8::5/64", "IPv6_gateway", "`reboot`"], "shell-code"),
    (["IPv6_gateway", "$(reboot)"], "shell-code"),
    (["ipv6_configuration_mode", "stateless"], "ipv6-mode-unknown"),
    (["primary_address_type", "IPv6"], "management-no-ipv6"),
]


def test_refused(program, case):
    """What a file could not take does not even reach the cache."""
    words, rule = case
    with Copy(QUICKSTART) as copy:
        before = copy.read()
        done = program.run("set", "pif", "eth0", *words, copy.path)
        out = done.wrong(2) + ([] if rule in done.stderr else [done.stderr])
        return out + ([] if copy.read() == before else ["the file was changed"])


def test_set(program, _):
    with Copy(QUICKSTART) as copy:
        before = program.run("format", QUICKSTART).stdout
        out = program.run("set", "pif", "eth0", *STATIC, "IPv6", "2001:db8::5/64,fd00::5/48",
                          "IPv6_gateway", "fe80::1", "primary_address_type", "IPv6",
                          copy.path).wrong(0)
        after = copy.read().decode()
        out += ["no %s" % line for line in IPV6 if "\t\t%s\n" % line not in after]
        out += program.run("format", "--in-place", copy.path).wrong(0)
        if copy.read().decode() != after:
            out.append("a rewrite changed something")
        unset = [word for name in STATIC[:1] + ["IPv6", "IPv6_gateway", "primary_address_type"]
                 for word in ("--unset", name)]
        out += program.run("set", "pif", "eth0", *unset, copy.path).wrong(0)
        return out + (["not as before"] if copy.read().decode() != before else [])


def tests():
    return ([("import IPv6", test_import, None), ("show IPv6", test_shown, None),
             ("query of XAPI's fields", test_query, None), ("networkd.db of IPv6", test_networkd,
                                                            None),
             ("diff of IPv6", test_diff, None), ("set IPv6", test_set, None)] +
            [("set refuses IPv6: %s" % " ".join(case[0]), test_refused, case) for case in REFUSED])
