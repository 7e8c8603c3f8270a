/* test_graph.c - analysis/graph.c: what is drawn for each kind of record, the path of the
 * management traffic, many VLANs, and names that try to be part of the language. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "analysis/graph.c"

#include "unit/cache_text.h"

static struct dbc_buf graph_of(const struct dbc_db *db)
{
    struct dbc_buf out = DBC_BUF_INIT;

    assert_int_equal(dbc_graph(db, &out, NULL), 0);
    return out;
}

static struct dbc_buf graph_text(const char *content)
{
    struct dbc_db *db = read_good(content);
    struct dbc_buf out = graph_of(db);

    dbc_db_free(db);
    return out;
}

static void assert_draws(const struct dbc_buf *graph, const char *text)
{
    if (strstr(dbc_buf_str(graph), text) == NULL) {
        fail_msg("no '%s' in:\n%s", text, dbc_buf_str(graph));
    }
}

static void assert_draws_no(const struct dbc_buf *graph, const char *text)
{
    if (strstr(dbc_buf_str(graph), text) != NULL) {
        fail_msg("'%s' in:\n%s", text, dbc_buf_str(graph));
    }
}

/* ---- A host ------------------------------------------------------------------------------- */

/* PIFs 0 and 1 are eth0 and eth1, 2 is bond0, 3 a VLAN on it, 4 eth2, 5 a tunnel; network 2 has the
 * bond, 5 nothing. */
TEST(bond_with_vlan)
{
    struct dbc_db *db = read_dialect("03-minidom-inline-py27");
    struct dbc_buf graph = DBC_BUF_INIT;

    assert_non_null(db);
    graph = graph_of(db);
    assert_draws(&graph, "p0 [label=<<B>eth0</B>");
    assert_draws(&graph, ">02:00:00:00:00:10</FONT>");
    assert_draws(&graph, ">xenbr0 is not used</FONT>");
    assert_draws(&graph, "p2 [label=<<B>bond0</B>");
    assert_draws(&graph, ">bond active-backup</FONT>");
    assert_draws(&graph, "p3 [label=<<B>VLAN 123</B>");
    assert_draws(&graph, ">tunnel</FONT>");
    assert_draws(&graph, "n2 [label=<<B>xapi0</B>");
    assert_draws(&graph, ">management</FONT>");
    assert_draws(&graph, ">192.0.2.10/24</FONT>");
    assert_draws(&graph, ">via 192.0.2.1</FONT>");
    assert_draws(&graph, ">internal</FONT>");
    /* The way of the management traffic, and nothing else, is in colour. */
    assert_draws(&graph, "p0 -> p2 [color=\"" HOT_LINE "\", penwidth=2.5];");
    assert_draws(&graph, "p1 -> p2 [color=");
    assert_draws(&graph, "p2 -> n2 [color=");
    assert_draws(&graph, "p2 -> p3;");
    assert_draws(&graph, "p3 -> n3;");
    assert_draws(&graph, "p4 -> p5 [style=dashed];");
    /* A slave's bridge is said in its box alone. */
    assert_draws_no(&graph, "p0 -> n0");
    assert_draws_no(&graph, "n0 [label");
    dbc_buf_release(&graph);
    dbc_db_free(db);
}

TEST(management_on_vlan)
{
    struct dbc_buf graph = graph_text(
        "<pif ref='a'><device>eth0</device><network>n</network></pif>"
        "<pif ref='b'><device>eth0</device><VLAN>5</VLAN><VLAN_master_of>v</VLAN_master_of>"
        "<management>True</management><network>m</network>"
        "<ip_configuration_mode>DHCP</ip_configuration_mode></pif>"
        "<vlan ref='v'><tagged_PIF>a</tagged_PIF><untagged_PIF>b</untagged_PIF></vlan>"
        "<network ref='n'><bridge>xenbr0</bridge><PIFs><PIF>a</PIF></PIFs></network>"
        "<network ref='m'><bridge>xapi0</bridge><PIFs><PIF>b</PIF></PIFs><MTU>9000</MTU>"
        "</network>");

    assert_draws(&graph, "p0 -> p1 [color=");
    assert_draws(&graph, "p1 -> n1 [color=");
    assert_draws(&graph, "p0 -> n0;");
    assert_draws(&graph, ">DHCP</FONT>");
    assert_draws(&graph, ">MTU 9000</FONT>");
    dbc_buf_release(&graph);
}

TEST(ipv6)
{
    struct dbc_buf graph = graph_text(
        "<pif ref='p'><device>eth0</device><network>n</network>"
        "<ip_configuration_mode>None</ip_configuration_mode>"
        "<ipv6_configuration_mode>Static</ipv6_configuration_mode>"
        "<IPv6>2001:db8::1/64,fd00::1/48</IPv6><IPv6_gateway>fe80::1</IPv6_gateway></pif>"
        "<pif ref='q'><device>eth1</device><network>m</network>"
        "<ipv6_configuration_mode>Autoconf</ipv6_configuration_mode></pif>"
        "<pif ref='r'><device>eth2</device><network>l</network>"
        "<ipv6_configuration_mode>None</ipv6_configuration_mode></pif>"
        "<network ref='n'><bridge>b0</bridge><PIFs><PIF>p</PIF></PIFs></network>"
        "<network ref='m'><bridge>b1</bridge><PIFs><PIF>q</PIF></PIFs></network>"
        "<network ref='l'><bridge>b2</bridge><PIFs><PIF>r</PIF></PIFs></network>");

    assert_draws(&graph, ">2001:db8::1/64</FONT>");
    assert_draws(&graph, ">fd00::1/48</FONT>");
    assert_draws(&graph, ">via fe80::1</FONT>");
    assert_draws(&graph, ">IPv6 Autoconf</FONT>");
    assert_draws_no(&graph, ">None</FONT>");
    assert_draws_no(&graph, "IPv6 None");
    dbc_buf_release(&graph);
}

TEST(missing_records)
{
    struct dbc_buf graph = graph_text(
        "<pif ref='a'><device>eth0</device><VLAN>5</VLAN><VLAN_master_of>v</VLAN_master_of></pif>"
        "<pif ref='b'><bond_master_of><slave>o</slave></bond_master_of></pif>"
        "<bond ref='o'><master>b</master><slaves><slave>gone</slave></slaves></bond>"
        "<pif ref='t'><tunnel_access_PIF_of><pif>u</pif></tunnel_access_PIF_of></pif>"
        "<tunnel ref='u'><access_PIF>t</access_PIF><transport_PIF>gone</transport_PIF></tunnel>");

    assert_draws(&graph, "<B>PIF</B><BR/>");
    assert_draws(&graph, "<B>NIC</B><BR/>");
    assert_draws(&graph, "<B>network</B><BR/>");
    assert_draws(&graph, "<B>no device</B>");
    assert_draws(&graph, ">not in the cache</FONT>");
    assert_draws(&graph, " -> p0;");
    assert_draws(&graph, " -> p1;");
    assert_draws(&graph, " -> p2;");
    assert_draws_no(&graph, HOT_LINE);
    dbc_buf_release(&graph);
}

/* ---- Many VLANs --------------------------------------------------------------------------- */

static struct dbc_buf host_of(unsigned vlans)
{
    struct dbc_buf text = DBC_BUF_INIT, graph = DBC_BUF_INIT;

    dbc_buf_adds(&text, "<pif ref='p'><device>eth0</device><network>n</network></pif>"
                        "<network ref='n'><bridge>xenbr0</bridge><PIFs><PIF>p</PIF></PIFs>"
                        "</network>");
    for (unsigned i = 1; i <= vlans; i++) {
        dbc_buf_addf(&text,
                     "<pif ref='p%u'><device>eth0</device><VLAN>%u</VLAN>"
                     "<VLAN_master_of>v%u</VLAN_master_of><network>n%u</network>"
                     "<ip_configuration_mode>%s</ip_configuration_mode></pif><vlan ref='v%u'>"
                     "<tagged_PIF>p</tagged_PIF><untagged_PIF>p%u</untagged_PIF></vlan>"
                     "<network ref='n%u'><bridge>xapi%u</bridge><PIFs><PIF>p%u</PIF></PIFs>"
                     "</network>",
                     i, i, i, i, i == 7 ? "DHCP" : "None", i, i, i, i, i);
    }
    graph = graph_text(dbc_buf_str(&text));
    dbc_buf_release(&text);
    return graph;
}

TEST(vlans_are_folded)
{
    struct dbc_buf graph = host_of(DBC_GRAPH_FOLD);

    assert_draws(&graph, "<B>VLAN 64</B>");
    assert_draws(&graph, "<B>xapi64</B>");
    assert_draws(&graph, "ranksep=2,");
    dbc_buf_release(&graph);
    graph = host_of(4000);
    assert_draws(&graph, "<B>3999 VLANs</B>");
    assert_draws(&graph, ">tags 1 to 4000, no addresses</FONT>");
    assert_draws(&graph, "p0 -> f0;");
    assert_draws_no(&graph, HOT_LINE);
    /* One with an address is drawn all the same. */
    assert_draws(&graph, "<B>VLAN 7</B>");
    assert_draws(&graph, "<B>xapi7</B>");
    assert_draws_no(&graph, "<B>xapi8</B>");
    assert_true(graph.len < 8192);
    dbc_buf_release(&graph);
}

/* ---- Hostile records ---------------------------------------------------------------------- */

TEST(names_stay_names)
{
    struct dbc_buf graph = graph_text(
        "<pif ref='&quot;]; evil [x=&quot;'><device>&lt;B&gt;&amp;&quot;\\N</device>"
        "<MAC>x&lt;/FONT&gt;&gt;]; evil</MAC><network>n</network></pif>"
        "<network ref='n'><bridge>a&#x85;b</bridge><PIFs><PIF>&quot;]; evil [x=&quot;</PIF></PIFs>"
        "</network>");

    assert_draws(&graph, "<B>&lt;B&gt;&amp;&quot;&#92;N</B>");
    assert_draws(&graph, ">x&lt;/FONT&gt;&gt;]; evil</FONT>");
    assert_draws_no(&graph, "\xc2\x85");
    assert_draws_no(&graph, "\"]; evil");
    dbc_buf_release(&graph);
}

TEST(circles)
{
    struct dbc_buf graph = graph_text(
        "<pif ref='a'><device>x</device><VLAN>1</VLAN><VLAN_master_of>v</VLAN_master_of>"
        "<management>True</management><bond_master_of><slave>b</slave></bond_master_of></pif>"
        "<pif ref='c'><device>y</device><VLAN>2</VLAN><VLAN_master_of>w</VLAN_master_of></pif>"
        "<vlan ref='v'><tagged_PIF>c</tagged_PIF><untagged_PIF>a</untagged_PIF></vlan>"
        "<vlan ref='w'><tagged_PIF>a</tagged_PIF><untagged_PIF>c</untagged_PIF></vlan>"
        "<bond ref='b'><master>a</master><slaves><slave>a</slave></slaves></bond>");

    assert_draws(&graph, "p0 -> p1");
    assert_draws(&graph, "p1 -> p0");
    assert_draws(&graph, "p0 -> p0");
    dbc_buf_release(&graph);
}

TEST(no_memory)
{
    struct dbc_db *db = read_good("<pif ref='p'><device>eth0</device></pif>");
    struct dbc_error err = DBC_ERROR_INIT;
    bool reached = true;

    for (long i = 0; reached; i++) {
        struct dbc_buf out = DBC_BUF_INIT;
        allocs_left = i;
        if (dbc_graph(db, &out, &err) != 0) {
            assert_int_equal(err.code, DBC_ENOMEM);
            dbc_error_clear(&err);
        }
        reached = alloc_failed();
        dbc_buf_release(&out);
    }
    dbc_db_free(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bond_with_vlan),
        cmocka_unit_test(management_on_vlan),
        cmocka_unit_test(ipv6),
        cmocka_unit_test(missing_records),
        cmocka_unit_test(vlans_are_folded),
        cmocka_unit_test(names_stay_names),
        cmocka_unit_test(circles),
        cmocka_unit_test(no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
