/* test_state_diff.c - reconfigure/state/state.c, diff.c: objects and their sets, and the difference
 * between the state that is seen and the one that is wanted. */
#include "unit/test.h"

#include "reconfigure/state/diff.h"
#include "unit/state_make.h"

struct pair {
    struct ifr_state seen, wanted;
    struct ifr_changes changes;
};

static int setup(void **state)
{
    static struct pair pair;

    pair = (struct pair){ 0 };
    pair.seen.known[IFR_BRIDGE] = pair.seen.known[IFR_PORT] = pair.seen.known[IFR_LINK] = true;
    *state = &pair;
    return 0;
}

static int teardown(void **state)
{
    struct pair *pair = *state;

    ifr_changes_release(&pair->changes);
    ifr_state_release(&pair->seen);
    ifr_state_release(&pair->wanted);
    return 0;
}

static struct ifr_object *seen_bridge(struct pair *pair, const char *name, const char *parent,
                                      const char *tag)
{
    return make_bridge(&pair->seen, name, parent, tag);
}

static struct ifr_object *want(struct pair *pair, enum ifr_kind kind, const char *name,
                               unsigned attribute, const char *value)
{
    return make_object(&pair->wanted, kind, name, attribute, value);
}

static void assert_changes(struct pair *pair, const char *expected)
{
    struct dbc_buf lines = DBC_BUF_INIT;

    assert_int_equal(ifr_diff_states(&pair->seen, &pair->wanted, &pair->changes, NULL), 0);
    for (size_t i = 0; i < pair->changes.n; i++) {
        dbc_buf_adds(&lines, i > 0 ? "|" : "");
        ifr_change_print(&pair->changes.v[i], &lines);
    }
    assert_string_equal(dbc_buf_str(&lines), expected);
    dbc_buf_release(&lines);
}

TEST_WITH(equal_is_no_change, struct pair, pair)
{
    seen_bridge(pair, "br", "", "");
    want(pair, IFR_BRIDGE, "br", IFR_BRIDGE_PARENT, "");
    assert_changes(pair, "");
}

TEST_WITH(what_is_not_spoken_of_is_left, struct pair, pair)
{
    ifr_state_set(&pair->seen, seen_bridge(pair, "br", "", ""), IFR_BRIDGE_FAIL_MODE, "secure");
    seen_bridge(pair, "theirs", "", "");
    want(pair, IFR_BRIDGE, "br", IFR_BRIDGE_PARENT, "");
    assert_changes(pair, "");
}

TEST_WITH(unknown_differs, struct pair, pair)
{
    seen_bridge(pair, "br", "", "");
    want(pair, IFR_BRIDGE, "br", IFR_BRIDGE_FAIL_MODE, "secure");
    assert_changes(pair, "ovs: bridge br: fail mode unknown -> secure");
}

TEST_WITH(a_kind_that_was_not_read_gives_nothing, struct pair, pair)
{
    pair->seen.known[IFR_BRIDGE] = false;
    want(pair, IFR_BRIDGE, "br", IFR_BRIDGE_PARENT, "");
    assert_changes(pair, "");
    assert_int_equal(ifr_diff_states(NULL, &pair->wanted, &pair->changes, NULL), 0);
    assert_int_equal(pair->changes.n, 0);
}

TEST_WITH(deletions_come_first, struct pair, pair)
{
    seen_bridge(pair, "old", "", "");
    seen_bridge(pair, "vlan", "br", "7");
    want(pair, IFR_BRIDGE, "new", IFR_BRIDGE_PARENT, "");
    want(pair, IFR_BRIDGE, "vlan", IFR_BRIDGE_TAG, "8");
    ifr_state_add(&pair->wanted, IFR_BRIDGE, "old")->absent = true;
    ifr_state_add(&pair->wanted, IFR_BRIDGE, "never")->absent = true;
    assert_changes(pair, "ovs: - bridge old|ovs: + bridge new|ovs: bridge vlan: VLAN 7 -> 8");
}

TEST_WITH(only_attributes_make_nothing, struct pair, pair)
{
    want(pair, IFR_BRIDGE, "br", IFR_BRIDGE_NETWORKS, "uuid");
    assert_changes(pair, "");
}

TEST_WITH(network_of_a_vlan, struct pair, pair)
{
    seen_bridge(pair, "one", "br", "7");
    seen_bridge(pair, "all", "br", "8");
    ifr_state_set(&pair->seen, ifr_state_find(&pair->seen, IFR_BRIDGE, "one"), IFR_BRIDGE_NETWORK,
                  "x");
    ifr_state_set(&pair->seen, ifr_state_find(&pair->seen, IFR_BRIDGE, "all"), IFR_BRIDGE_NETWORK,
                  "x;uuid;y");
    want(pair, IFR_BRIDGE, "one", IFR_BRIDGE_NETWORK, "uuid");
    want(pair, IFR_BRIDGE, "all", IFR_BRIDGE_NETWORK, "uuid");
    assert_changes(pair, "ovs: bridge one: network x -> uuid");
}

TEST_WITH(vlans_and_bonds_in_words, struct pair, pair)
{
    struct ifr_object *vlan = want(pair, IFR_BRIDGE, "xapi3", IFR_BRIDGE_PARENT, "xenbr0");
    struct ifr_object *bond = want(pair, IFR_PORT, "bond0", IFR_PORT_BRIDGE, "xapi0");

    ifr_state_set(&pair->wanted, vlan, IFR_BRIDGE_TAG, "123");
    ifr_state_set(&pair->wanted, bond, IFR_PORT_INTERFACES, "eth0 eth1");
    assert_changes(pair, "ovs: + bridge xapi3, VLAN 123 of xenbr0|"
                         "ovs: + port bond0 of xapi0, NICs eth0 eth1");
}

/* The order of a set says nothing. */
TEST_WITH(sets, struct pair, pair)
{
    struct ifr_object *port = ifr_state_add(&pair->seen, IFR_PORT, "bond0");

    ifr_state_set(&pair->seen, port, IFR_PORT_INTERFACES, "eth1 eth0");
    want(pair, IFR_PORT, "bond0", IFR_PORT_INTERFACES, "eth0 eth1");
    assert_changes(pair, "");
    want(pair, IFR_PORT, "bond0", IFR_PORT_INTERFACES, "eth0 eth2");
    assert_changes(pair, "ovs: port bond0: NICs eth1, eth0 -> eth0, eth2");
    assert_true(ifr_set_equal("", "", ' '));
    assert_false(ifr_set_equal("a", "", ' '));
    assert_false(ifr_set_equal("", "a", ' '));
    assert_false(ifr_set_equal("ab", "a b", ' '));
    assert_false(ifr_set_equal("a b", "a", ' '));
}

/* Of addresses and routes only the wanted ones are ours; what follows the words is the kernel's. */
TEST_WITH(addresses, struct pair, pair)
{
    struct ifr_object *link = ifr_state_add(&pair->seen, IFR_LINK, "br");

    ifr_state_set(&pair->seen, link, IFR_LINK_ADDRESSES,
                  "192.0.2.50/24 scope global\n192.0.2.5/24 brd 192.0.2.255 scope global");
    want(pair, IFR_LINK, "br", IFR_LINK_ADDRESSES, "192.0.2.5/24");
    assert_changes(pair, "");
    want(pair, IFR_LINK, "br", IFR_LINK_ADDRESSES, "192.0.2.5/2");
    assert_int_equal(ifr_diff_states(&pair->seen, &pair->wanted, &pair->changes, NULL), 0);
    assert_int_equal(pair->changes.n, 1);
}

TEST_WITH(any, struct pair, pair)
{
    struct ifr_object *link = ifr_state_add(&pair->seen, IFR_LINK, "br");

    ifr_state_set(&pair->seen, link, IFR_LINK_CLIENT, "dhclient");
    want(pair, IFR_LINK, "br", IFR_LINK_CLIENT, IFR_ANY);
    assert_changes(pair, "");
    ifr_state_set(&pair->seen, link, IFR_LINK_CLIENT, "");
    assert_changes(pair, "kernel: device br: DHCP client none -> *");
}

/* A link-local address is nobody's lease. */
TEST_WITH(any_ipv4, struct pair, pair)
{
    struct ifr_object *link = ifr_state_add(&pair->seen, IFR_LINK, "br");

    ifr_state_set(&pair->seen, link, IFR_LINK_ADDRESSES,
                  "fe80::1/64 scope link\n192.0.2.5/24 scope global");
    want(pair, IFR_LINK, "br", IFR_LINK_ADDRESSES, IFR_ANY_IPV4);
    assert_changes(pair, "");
    ifr_state_set(&pair->seen, link, IFR_LINK_ADDRESSES, "fe80::1/64 scope link");
    assert_changes(pair, "kernel: device br: address fe80::1/64 scope link -> *.*");
}

/* Beside other members; link-local ones come by themselves. */
TEST_WITH(any_ipv6, struct pair, pair)
{
    struct ifr_object *link = make_object(&pair->seen, IFR_LINK, "br", IFR_LINK_STATE, "up");

    want(pair, IFR_LINK, "br", IFR_LINK_ADDRESSES, "192.0.2.5/24\n" IFR_ANY_IPV6);
    ifr_state_set(&pair->seen, link, IFR_LINK_ADDRESSES,
                  "192.0.2.5/24 scope global\nfe80::1/64 scope link");
    assert_int_equal(ifr_diff_states(&pair->seen, &pair->wanted, &pair->changes, NULL), 0);
    assert_int_equal(pair->changes.n, 1);
    ifr_state_set(&pair->seen, link, IFR_LINK_ADDRESSES,
                  "192.0.2.5/24 scope global\n2001:db8::5/64 scope global dynamic");
    ifr_changes_release(&pair->changes);
    assert_int_equal(ifr_diff_states(&pair->seen, &pair->wanted, &pair->changes, NULL), 0);
    assert_int_equal(pair->changes.n, 0);
    want(pair, IFR_LINK, "br", IFR_LINK_ADDRESSES, IFR_ANY_IPV4 "\n2001:db8::5/64");
    assert_int_equal(ifr_diff_states(&pair->seen, &pair->wanted, &pair->changes, NULL), 0);
    assert_int_equal(pair->changes.n, 0);
    want(pair, IFR_LINK, "br", IFR_LINK_ADDRESSES, IFR_ANY_IPV4 "\n2001:db8::6/64");
    assert_int_equal(ifr_diff_states(&pair->seen, &pair->wanted, &pair->changes, NULL), 0);
    assert_int_equal(pair->changes.n, 1);
}

TEST(lent_addresses)
{
    assert_true(ifr_member_is_lent("2001:db8::5/64 scope global dynamic"));
    assert_true(ifr_member_is_lent("2001:db8::5/64 scope global mngtmpaddr")); /* for ever */
    assert_false(ifr_member_is_lent("2001:db8::5/64 scope global nodad"));
}

TEST_WITH(members, struct pair, pair)
{
    struct ifr_object *port = ifr_state_add(&pair->wanted, IFR_PORT, "p");
    char member[IFR_MEMBER_MAX];
    const char *set = "a  b";

    ifr_state_add_member(&pair->wanted, port, IFR_PORT_INTERFACES, "eth0");
    ifr_state_add_member(&pair->wanted, port, IFR_PORT_INTERFACES, "eth1");
    ifr_state_add_member(&pair->wanted, port, IFR_PORT_INTERFACES, "eth0");
    assert_string_equal(ifr_object_get(port, IFR_PORT_INTERFACES), "eth0 eth1");
    assert_true(ifr_object_has(port, IFR_PORT_INTERFACES, "eth1"));
    assert_false(ifr_object_has(port, IFR_PORT_INTERFACES, "eth"));
    assert_true(ifr_set_next(&set, ' ', member));
    assert_string_equal(member, "a");
    assert_true(ifr_set_next(&set, ' ', member));
    assert_string_equal(member, "");
    assert_true(ifr_set_next(&set, ' ', member));
    assert_string_equal(member, "b");
    assert_false(ifr_set_next(&set, ' ', member));
}

/* A name from outside reaches the log escaped. */
TEST_WITH(hostile_names, struct pair, pair)
{
    seen_bridge(pair, "\033[31m", "", "");
    ifr_state_add(&pair->wanted, IFR_BRIDGE, "\033[31m")->absent = true;
    assert_changes(pair, "ovs: - bridge \\x1b[31m");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(equal_is_no_change),
        FIXTURE(what_is_not_spoken_of_is_left),
        FIXTURE(unknown_differs),
        FIXTURE(a_kind_that_was_not_read_gives_nothing),
        FIXTURE(deletions_come_first),
        FIXTURE(only_attributes_make_nothing),
        FIXTURE(network_of_a_vlan),
        FIXTURE(vlans_and_bonds_in_words),
        FIXTURE(sets),
        FIXTURE(addresses),
        FIXTURE(any),
        FIXTURE(any_ipv4),
        FIXTURE(any_ipv6),
        FIXTURE(lent_addresses),
        FIXTURE(members),
        FIXTURE(hostile_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
