/* test_topology.c - model/topology.c: names, bonds, VLANs and bridges of real caches, and of
 * records that contradict each other. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "model/topology.c"
#include "unit/cache_text.h"

static const struct dbc_pif *pif_of(const struct dbc_db *db, const char *bridge)
{
    struct dbc_error err = DBC_ERROR_INIT;
    const struct dbc_pif *pif = dbc_pif_by_bridge(db, bridge, &err);

    assert_string_equal(err.text, "");
    assert_non_null(pif);
    return pif;
}

/* "eth0 eth1" for a list, which is released. */
static const char *devices(struct dbc_pifs *list)
{
    static char out[256];
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < list->n && used < sizeof out; i++) {
        used += (size_t)snprintf(out + used, sizeof out - used, "%s%s", i > 0 ? " " : "",
                                 list->v[i]->device);
    }
    dbc_pifs_release(list);
    return out;
}

static void assert_conflict(int status, struct dbc_error *err, enum dbc_code code, const char *text)
{
    assert_int_equal(status, -1);
    assert_int_equal(err->code, code);
    if (strstr(err->text, text) == NULL) {
        fail_msg("no '%s' in '%s'", text, err->text);
    }
    dbc_error_clear(err);
}

/* ---- A host as a producer wrote it -------------------------------------------------------- */

TEST(bond_with_vlan)
{
    struct dbc_db *db = read_dialect("02-minidom-ownline-6.x");
    const struct dbc_pif *bond = pif_of(db, "xapi0"), *vlan = pif_of(db, "xapi1"),
                         *slave = pif_of(db, "xenbr0");
    struct dbc_pifs list = DBC_PIFS_INIT;
    char name[DBC_NETDEV_NAME_SIZE] = "";

    assert_string_equal(dbc_pif_netdev(bond, name), "bond0");
    assert_string_equal(dbc_pif_ipdev(db, bond, name), "xapi0");
    assert_true(dbc_pif_is_bond(db, bond));
    assert_false(dbc_pif_is_bond(db, vlan));
    assert_int_equal(dbc_bond_slaves(db, bond, &list, NULL), 0);
    assert_string_equal(devices(&list), "eth0 eth1");
    assert_int_equal(dbc_bond_masters(db, slave, &list, NULL), 0);
    assert_string_equal(devices(&list), "bond0");
    assert_int_equal(dbc_bond_masters(db, bond, &list, NULL), 0);
    assert_string_equal(devices(&list), "");

    assert_true(dbc_pif_is_vlan(vlan));
    assert_string_equal(dbc_pif_netdev(vlan, name), "bond0.123");
    assert_string_equal(dbc_pif_bridge(db, vlan), "xapi1");
    assert_ptr_equal(dbc_vlan_slave(db, vlan), bond);
    assert_null(dbc_vlan_slave(db, bond));
    assert_ptr_equal(dbc_datapath_pif(db, vlan, NULL), bond);
    assert_ptr_equal(dbc_datapath_pif(db, bond, NULL), bond);
    assert_int_equal(dbc_vlan_masters(db, bond, &list, NULL), 0);
    assert_int_equal(list.n, 1);
    assert_ptr_equal(list.v[0], vlan);
    assert_true(dbc_pifs_has(&list, vlan));
    assert_false(dbc_pifs_has(&list, bond));
    dbc_pifs_release(&list);
    assert_int_equal(dbc_physical_pifs(db, bond, &list, NULL), 0);
    assert_string_equal(devices(&list), "eth0 eth1");
    assert_int_equal(dbc_physical_pifs(db, slave, &list, NULL), 0);
    assert_string_equal(devices(&list), "eth0");
    assert_ptr_equal(dbc_management_pif(db), bond);
    dbc_db_free(db);
}

TEST(tunnels)
{
    struct dbc_db *db = read_dialect("02-minidom-ownline-6.x");
    struct dbc_pifs list = DBC_PIFS_INIT;
    const struct dbc_pif *pif = NULL;
    unsigned n = 0;

    for (size_t i = 0; (pif = dbc_db_pif_at(db, i)) != NULL; i++) {
        if (dbc_pif_is_tunnel(db, pif)) {
            assert_int_equal(dbc_physical_pifs(db, pif, &list, NULL), 0);
            assert_int_equal(list.n, 0);
            n++;
        }
    }
    assert_int_equal(n, 1);
    dbc_db_free(db);
}

/* An installer that says management=True of the slaves too. */
TEST(management_is_no_slave)
{
    struct dbc_db *db = read_dialect("08-installer-upgrade55-bond");

    assert_string_equal(dbc_management_pif(db)->device, "bond0");
    dbc_db_free(db);
    db = read_good("<bond ref='b'/><pif ref='1'/><pif ref='2'><management>True</management>"
                   "<bond_slave_of>b</bond_slave_of></pif>");
    assert_string_equal(dbc_management_pif(db)->rec.ref, "2");
    dbc_db_free(db);
    db = read_good("<pif ref='1'/>");
    assert_null(dbc_management_pif(db));
    dbc_db_free(db);
}

/* ---- Odd records -------------------------------------------------------------------------- */

TEST(netdev_names)
{
    static const struct {
        const char *device, *vlan, *name;
        bool is_vlan;
    } rows[] = {
        { "eth0", "-1", "eth0", false },       { "eth0", "0", "eth0.0", true },
        { "eth0", "007", "eth0.7", true },     { "eth0", "", "eth0", false },
        { "eth0", "5000", "eth0.5000", true }, { "", "-1", "", false },
    };
    char text[300] = "", name[DBC_NETDEV_NAME_SIZE] = "";

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dbc_db *db = NULL;
        struct warnings w;
        struct dbc_error err;

        snprintf(text, sizeof text,
                 ROOT_OPEN "<pif ref='p'><device>%s</device><VLAN>%s</VLAN></pif>" ROOT_CLOSE,
                 rows[i].device, rows[i].vlan);
        db = read_text(text, &w, &err);
        assert_string_equal(dbc_pif_netdev(dbc_db_pif_at(db, 0), name), rows[i].name);
        assert_string_equal(dbc_pif_ipdev(db, dbc_db_pif_at(db, 0), name), rows[i].name);
        assert_int_equal(dbc_pif_is_vlan(dbc_db_pif_at(db, 0)), rows[i].is_vlan);
        dbc_db_free(db);
    }
}

TEST(a_name_that_is_too_long)
{
    struct dbc_db *db = read_good("<pif ref='p'><VLAN>1</VLAN><device>" /* 70 */
                                  "0123456789012345678901234567890123456789012345678901234567890123"
                                  "456789</device></pif>");
    char name[DBC_NETDEV_NAME_SIZE] = "";

    assert_int_equal(strlen(dbc_pif_netdev(dbc_db_pif_at(db, 0), name)), sizeof name - 1);
    dbc_db_free(db);
}

/* One network without a bridge must not matter to the others. */
TEST(bridgeless)
{
    struct dbc_db *db = read_good("<network ref='n0'><PIFs><PIF>p0</PIF></PIFs></network>"
                                  "<network ref='n1'><PIFs><PIF>p1</PIF></PIFs>"
                                  "<bridge>xenbr1</bridge></network>"
                                  "<pif ref='p0'><network>n0</network><device>eth0</device></pif>"
                                  "<pif ref='p1'><network>n1</network><device>eth1</device></pif>"
                                  "<pif ref='p2'><network>no such</network></pif>");
    char name[DBC_NETDEV_NAME_SIZE] = "";
    struct dbc_error err = DBC_ERROR_INIT;

    assert_string_equal(dbc_pif_bridge(db, dbc_db_pif(db, "p0")), "");
    assert_string_equal(dbc_pif_ipdev(db, dbc_db_pif(db, "p0"), name), "eth0");
    assert_string_equal(dbc_pif_bridge(db, dbc_db_pif(db, "p2")), "");
    assert_null(dbc_pif_network(db, dbc_db_pif(db, "p2")));
    assert_string_equal(pif_of(db, "xenbr1")->device, "eth1");
    assert_null(dbc_pif_by_bridge(db, "", &err));
    assert_int_equal(err.code, DBC_ENOENT);
    dbc_db_free(db);
}

TEST(bridges_that_lead_nowhere)
{
    struct dbc_db *db = read_good("<network ref='n1'><bridge>empty</bridge></network>"
                                  "<network ref='n2'><bridge>gone</bridge><PIFs><PIF>lost</PIF>"
                                  "</PIFs></network>"
                                  "<network ref='n3'><bridge>twice</bridge><PIFs><PIF>lost</PIF>"
                                  "</PIFs></network>"
                                  "<network ref='n4'><bridge>twice</bridge><PIFs><PIF>lost</PIF>"
                                  "<PIF>p</PIF></PIFs></network><pif ref='p'/>");
    struct dbc_error err = DBC_ERROR_INIT;

    assert_null(dbc_pif_by_bridge(db, "xenbr9", &err));
    assert_conflict(-1, &err, DBC_ENOENT, "a network with bridge 'xenbr9'");
    assert_null(dbc_pif_by_bridge(db, "empty", &err));
    assert_conflict(-1, &err, DBC_ENOENT, "found an empty list");
    assert_null(dbc_pif_by_bridge(db, "gone", &err));
    assert_conflict(-1, &err, DBC_ENOENT, "no pif record 'lost'");
    assert_string_equal(pif_of(db, "twice")->rec.ref, "p");
    dbc_db_free(db);
}

/* A reference to a record of another class is a reference to nothing. */
TEST(wrong_classes)
{
    struct dbc_db *db = read_good(
        "<tunnel ref='t'><access_PIF>p</access_PIF><transport_PIF>q</transport_PIF></tunnel>"
        "<vlan ref='v'><tagged_PIF>q</tagged_PIF><untagged_PIF>p</untagged_PIF></vlan>"
        "<pif ref='p'><VLAN>5</VLAN><VLAN_master_of>t</VLAN_master_of>"
        "<bond_slave_of>v</bond_slave_of><network>v</network>"
        "<tunnel_access_PIF_of><pif>v</pif></tunnel_access_PIF_of></pif>"
        "<pif ref='q'><bond_master_of><slave>t</slave></bond_master_of>"
        "<VLAN_slave_of><master>t</master><master>v</master></VLAN_slave_of></pif>");
    const struct dbc_pif *p = dbc_db_pif(db, "p"), *q = dbc_db_pif(db, "q");
    struct dbc_pifs list = DBC_PIFS_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    assert_null(dbc_vlan_slave(db, p));
    assert_null(dbc_datapath_pif(db, p, &err));
    assert_conflict(-1, &err, DBC_ENOENT, "no vlan record 't'");
    assert_false(dbc_pif_is_tunnel(db, p));
    assert_false(dbc_pif_is_bond(db, q));
    assert_null(dbc_pif_network(db, p));
    assert_int_equal(dbc_bond_masters(db, p, &list, NULL), 0);
    assert_int_equal(list.n, 0);
    assert_int_equal(dbc_vlan_masters(db, q, &list, NULL), 0);
    assert_int_equal(list.n, 1);
    assert_ptr_equal(list.v[0], p);
    dbc_pifs_release(&list);
    dbc_db_free(db);
}

TEST(vlans_in_a_circle)
{
    struct dbc_db *db =
        read_good("<vlan ref='v'><tagged_PIF>a</tagged_PIF><untagged_PIF>a</untagged_PIF></vlan>"
                  "<vlan ref='w'><tagged_PIF>a</tagged_PIF></vlan>"
                  "<vlan ref='x'><tagged_PIF>lost</tagged_PIF></vlan>"
                  "<pif ref='a'><VLAN>1</VLAN><VLAN_master_of>v</VLAN_master_of>"
                  "<VLAN_slave_of><master>v</master></VLAN_slave_of></pif>"
                  "<pif ref='b'><VLAN>2</VLAN><VLAN_master_of>w</VLAN_master_of></pif>"
                  "<pif ref='c'><VLAN>3</VLAN><VLAN_master_of>x</VLAN_master_of></pif>");
    struct dbc_pifs list = DBC_PIFS_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    assert_null(dbc_datapath_pif(db, dbc_db_pif(db, "a"), &err));
    assert_conflict(-1, &err, DBC_ECONFLICT, "found one on itself");
    assert_null(dbc_datapath_pif(db, dbc_db_pif(db, "b"), &err));
    assert_conflict(-1, &err, DBC_ECONFLICT, "pif b: expected a VLAN that stands on a PIF that is");
    assert_null(dbc_datapath_pif(db, dbc_db_pif(db, "c"), &err));
    assert_conflict(-1, &err, DBC_ENOENT, "vlan x: expected the PIF that it stands on");
    assert_conflict(dbc_vlan_masters(db, dbc_db_pif(db, "a"), &list, &err), &err, DBC_ECONFLICT,
                    "found itself");
    dbc_pifs_release(&list);
    dbc_db_free(db);
}

TEST(bonds_in_a_circle)
{
    struct dbc_db *db = read_good(
        "<bond ref='b'><master>m</master><slaves><slave>s</slave><slave>m</slave></slaves></bond>"
        "<bond ref='c'><master>n</master><slaves><slave>v</slave></slaves></bond>"
        "<vlan ref='w'><tagged_PIF>n</tagged_PIF><untagged_PIF>v</untagged_PIF></vlan>"
        "<pif ref='m'><bond_master_of><slave>b</slave></bond_master_of>"
        "<bond_slave_of>b</bond_slave_of></pif><pif ref='s'/>"
        "<pif ref='n'><bond_master_of><slave>c</slave></bond_master_of></pif>"
        "<bond ref='d'><slaves><slave>n</slave></slaves></bond>"
        "<pif ref='o'><bond_master_of><slave>d</slave></bond_master_of></pif>"
        "<pif ref='v'><VLAN>1</VLAN><VLAN_master_of>w</VLAN_master_of></pif>");
    struct dbc_pifs list = DBC_PIFS_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    assert_conflict(dbc_bond_slaves(db, dbc_db_pif(db, "m"), &list, &err), &err, DBC_ECONFLICT,
                    "bond b: expected slaves that are no bonds, found m");
    assert_conflict(dbc_physical_pifs(db, dbc_db_pif(db, "m"), &list, &err), &err, DBC_ECONFLICT,
                    "found m");
    assert_conflict(dbc_bond_masters(db, dbc_db_pif(db, "m"), &list, &err), &err, DBC_ECONFLICT,
                    "found its own");
    assert_conflict(dbc_bond_slaves(db, dbc_db_pif(db, "n"), &list, &err), &err, DBC_ECONFLICT,
                    "do not stand on it");
    assert_conflict(dbc_bond_slaves(db, dbc_db_pif(db, "o"), &list, &err), &err, DBC_ECONFLICT,
                    "bond d: expected slaves that are no bonds, found n");
    dbc_pifs_release(&list);
    dbc_db_free(db);
}

TEST(odd_bonds)
{
    struct dbc_db *db = read_good(
        "<bond ref='b'><slaves><slave>2</slave><slave>lost</slave><slave>1</slave><slave>2</slave>"
        "</slaves></bond><bond ref='c'><slaves><slave>3</slave></slaves></bond>"
        "<pif ref='m'><bond_master_of><slave>lost</slave><slave>b</slave><slave>c</slave>"
        "</bond_master_of></pif>"
        "<pif ref='1'><device>eth1</device><bond_slave_of>b</bond_slave_of></pif>"
        "<pif ref='2'><device>eth2</device></pif><pif ref='3'><device>eth3</device></pif>");
    struct dbc_pifs list = DBC_PIFS_INIT;

    assert_int_equal(dbc_bond_slaves(db, dbc_db_pif(db, "m"), &list, NULL), 0);
    assert_string_equal(devices(&list), "eth2 eth1");
    assert_int_equal(dbc_bond_slaves(db, dbc_db_pif(db, "1"), &list, NULL), 0);
    assert_string_equal(devices(&list), "");
    assert_int_equal(dbc_bond_masters(db, dbc_db_pif(db, "1"), &list, NULL), 0);
    assert_string_equal(devices(&list), ""); /* the bond names no master */
    dbc_db_free(db);
}

TEST(no_memory)
{
    struct dbc_db *db = read_good(
        "<pif ref='p'><VLAN_slave_of><master>v</master></VLAN_slave_of></pif><pif ref='t'/>"
        "<vlan ref='v'><tagged_PIF>p</tagged_PIF><untagged_PIF>t</untagged_PIF></vlan>");
    const struct dbc_pif *pif = dbc_db_pif(db, "p");
    struct dbc_pifs list = DBC_PIFS_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    size_t n = 0;

    allocs_left = 0;
    assert_conflict(dbc_physical_pifs(db, pif, &list, &err), &err, DBC_ENOMEM, "memory");
    allocs_left = 0;
    assert_conflict(dbc_vlan_masters(db, pif, &list, &err), &err, DBC_ENOMEM, "memory");
    do {
        assert_int_equal(dbc_pifs_push(&list, pif, &err), 0);
        n++;
    } while (list.n < list.cap);
    allocs_left = 0;
    assert_conflict(dbc_pifs_push(&list, pif, &err), &err, DBC_ENOMEM, "memory");
    assert_int_equal(list.n, n);
    dbc_pifs_release(&list);
    dbc_db_free(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bond_with_vlan),
        cmocka_unit_test(tunnels),
        cmocka_unit_test(management_is_no_slave),
        cmocka_unit_test(netdev_names),
        cmocka_unit_test(a_name_that_is_too_long),
        cmocka_unit_test(bridgeless),
        cmocka_unit_test(bridges_that_lead_nowhere),
        cmocka_unit_test(wrong_classes),
        cmocka_unit_test(vlans_in_a_circle),
        cmocka_unit_test(bonds_in_a_circle),
        cmocka_unit_test(odd_bonds),
        cmocka_unit_test(no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
