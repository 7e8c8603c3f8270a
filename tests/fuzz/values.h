/* values.h - what the mutators put into fields: values that are hostile or usual, and names that
 * THE TABLE has. */
#ifndef FUZZ_VALUES_H
#define FUZZ_VALUES_H

#include "model/schema.h"
#include "mutator.h"

static inline const char *some_value(unsigned *seed)
{
    static const char *const values[] = {
        /* hostile */
        "$(reboot)",
        "`reboot`",
        "a'b",
        "a\"b",
        "a\\b",
        "a b",
        "a\tb",
        "a\nONBOOT=yes",
        ";reboot",
        "a&b",
        "a|b",
        ">/etc/passwd",
        "-x",
        "--help",
        "--",
        "../../etc/passwd",
        "a/b",
        ".",
        "..",
        "%n%s",
        "\xc3\xa9",
        "\x7f",
        "a,b",
        "{eth0,eth1}",
        "~root",
        "#",
        "=",
        "*",
        "?",
        "[a]",
        "!",
        "0123456789abcdef",
        "all",
        "default",
        "lo",
        "bonding_masters",
        /* usual */
        "",
        "eth0",
        "eth1",
        "eth7",
        "bond0",
        "xenbr0",
        "xapi0",
        "10.0.0.1",
        "255.255.255.0",
        "0.0.0.0",
        "10.0.0.1,10.0.0.2",
        "10.1.0.0/16/10.0.0.254",
        "2001:db8::1/64",
        "fe80::1",
        "2001:db8::1/64,2001:db8::2/64",
        "Static",
        "DHCP",
        "None",
        "Autoconf",
        "IPv6",
        "true",
        "false",
        "on",
        "off",
        "True",
        "False",
        "0",
        "1",
        "-1",
        "100",
        "1500",
        "4094",
        "4095",
        "99999999999999999999",
        "active-backup",
        "balance-slb",
        "lacp",
        "802.3ad",
        "tcpudp_ports",
        "src_mac",
        "secure",
        "standalone",
        "example.org",
        "10.0.0.5;10.0.0.6",
        "00:16:3e:00:00:01",
        "00:16:3E:00:00:01",
        "gre",
        "vxlan",
    };

    return values[draw(seed, sizeof values / sizeof *values)];
}

/* A key of other_config. */
static inline const char *some_key(unsigned *seed)
{
    size_t n = 0;
    const struct dbc_config_key *keys = dbc_schema_config_keys(&n);

    return draw(seed, 16) == 0 ? some_value(seed) : keys[draw(seed, n)].name;
}

/* A field of any class, by its name in XAPI. */
static inline const char *some_field(unsigned *seed)
{
    const struct dbc_class_info *info = dbc_schema_class((enum dbc_class)draw(seed, DBC_N_CLASSES));

    return info->fields[draw(seed, info->n_known)].xapi;
}

#endif
