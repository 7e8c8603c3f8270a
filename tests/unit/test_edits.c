/* test_edits.c - reconfigure/state/edits.c, edits_wire.c: changes as edits of rows, and edits as
 * the operations of a transaction.  tests/net has the tests with a real server. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "reconfigure/state/edits_priv.h"
#include "unit/state_make.h"

#define ROOT "00000000-0000-4000-8000-000000000000"

struct host {
    struct ifr_state seen, wanted;
    struct ifr_changes changes;
    struct ifr_edits edits;
    unsigned rows;
};

static int setup(void **state)
{
    static struct host host;

    host = (struct host){ 0 };
    host.seen.known[IFR_SWITCH] = host.seen.known[IFR_BRIDGE] = host.seen.known[IFR_PORT] = true;
    snprintf(host.seen.ovs_uuid, sizeof host.seen.ovs_uuid, ROOT);
    *state = &host;
    return 0;
}

static int teardown(void **state)
{
    struct host *host = *state;

    ifr_edits_release(&host->edits);
    ifr_changes_release(&host->changes);
    ifr_state_release(&host->seen);
    ifr_state_release(&host->wanted);
    return 0;
}

/* Objects as they are observed have rows, which are numbered. */
static void see(struct host *host, struct ifr_object *object)
{
    snprintf(object->uuid, sizeof object->uuid, "00000000-0000-4000-8000-%012u", ++host->rows);
    object->row = "{\"name\":\"as read\"}";
}

static void see_bridge(struct host *host, const char *name, const char *parent, const char *tag)
{
    see(host, make_bridge(&host->seen, name, parent, tag));
}

static void see_port(struct host *host, const char *name, const char *bridge, const char *tag,
                     const char *interfaces)
{
    char interface[IFR_MEMBER_MAX];

    see(host, make_port(&host->seen, name, bridge, tag, interfaces));
    while (ifr_set_next(&interfaces, ' ', interface)) {
        see(host, make_object(&host->seen, IFR_INTERFACE, interface, IFR_INTERFACE_PORT, name));
    }
}

static struct ifr_object *want(struct host *host, enum ifr_kind kind, const char *name,
                               unsigned attribute, const char *value)
{
    return make_object(&host->wanted, kind, name, attribute, value);
}

static int make(struct host *host, struct dbc_error *err)
{
    assert_int_equal(ifr_diff_states(&host->seen, &host->wanted, &host->changes, NULL), 0);
    return ifr_edits_make(&host->seen, &host->wanted, &host->changes, &host->edits, err);
}

/* "detach Open_vSwitch bridges 1": the last digits of a UUID stand for it. */
static const char *short_ref(const json_t *ref)
{
    const char *text = json_string_value(json_array_get(ref, 1));

    if (text == NULL) {
        return "?";
    }
    return strncmp(text, "00000000-", 9) == 0 ? text + 24 + strspn(text + 24, "0") : text;
}

static void show(const json_t *edit, struct dbc_buf *out)
{
    const char *verb = json_string_value(json_object_get(edit, "do"));
    const char *column = json_string_value(json_object_get(edit, "column"));
    const char *key = json_string_value(json_object_get(edit, "key"));
    const json_t *after = json_object_get(edit, "after");

    dbc_buf_addf(out, "%s%s %s", out->len > 0 ? "|" : "", verb,
                 json_string_value(json_object_get(edit, "table")));
    if (strcmp(verb, "insert") == 0) {
        dbc_buf_addf(out, " %s",
                     json_string_value(json_object_get(json_object_get(edit, "row"), "name")));
        return;
    }
    dbc_buf_addf(out, " %s.%s", short_ref(json_object_get(edit, "row")), column);
    if (key != NULL) {
        dbc_buf_addf(out, ":%s", key);
    }
    if (json_object_get(edit, "child") != NULL) {
        dbc_buf_addf(out, " %s", short_ref(json_object_get(edit, "child")));
    } else {
        char *text = json_dumps(after, JSON_ENCODE_ANY | JSON_COMPACT);
        dbc_buf_addf(out, "=%s", text);
        free(text);
    }
}

static void assert_edits(struct host *host, const char *expected)
{
    struct dbc_buf lines = DBC_BUF_INIT;

    assert_int_equal(make(host, NULL), 0);
    for (size_t i = 0; i < json_array_size(host->edits.list); i++) {
        show(json_array_get(host->edits.list, i), &lines);
    }
    assert_string_equal(dbc_buf_str(&lines), expected);
    dbc_buf_release(&lines);
}

TEST_WITH(a_bridge_with_its_nic, struct host, host)
{
    want(host, IFR_BRIDGE, "br", IFR_BRIDGE_PARENT, "");
    ifr_state_set(&host->wanted, want(host, IFR_PORT, "eth0", IFR_PORT_BRIDGE, "br"),
                  IFR_PORT_INTERFACES, "eth0");
    assert_edits(host, "insert Interface br|insert Port br|insert Bridge br|"
                       "attach Open_vSwitch .bridges row2|insert Interface eth0|insert Port eth0|"
                       "attach Bridge row2.ports row4");
}

static const json_t *inserted_row(const struct host *host, size_t edit)
{
    return json_object_get(json_array_get(host->edits.list, edit), "row");
}

TEST_WITH(a_vlan, struct host, host)
{
    see_bridge(host, "br", "", "");
    ifr_state_set(&host->wanted, want(host, IFR_BRIDGE, "vlan", IFR_BRIDGE_PARENT, "br"),
                  IFR_BRIDGE_TAG, "7");
    assert_edits(host, "insert Interface vlan|insert Port vlan|attach Bridge 1.ports row1");
    assert_int_equal(json_integer_value(json_object_get(inserted_row(host, 1), "tag")), 7);
    assert_null(json_object_get(inserted_row(host, 0), "mac"));
    assert_int_equal(json_array_size(host->edits.waits), 1); /* its parent, as read */
}

/* The MAC is that of its own interface, as a fake bridge has no other place for it. */
TEST_WITH(a_vlan_with_its_mac, struct host, host)
{
    struct ifr_object *vlan = want(host, IFR_BRIDGE, "vlan", IFR_BRIDGE_PARENT, "br");

    see_bridge(host, "br", "", "");
    ifr_state_set(&host->wanted, vlan, IFR_BRIDGE_TAG, "7");
    ifr_state_set(&host->wanted, vlan, IFR_BRIDGE_MAC, "02:00:00:00:00:07");
    assert_edits(host, "insert Interface vlan|insert Port vlan|attach Bridge 1.ports row1");
    assert_string_equal(json_string_value(json_object_get(inserted_row(host, 0), "mac")),
                        "02:00:00:00:00:07");
}

TEST_WITH(a_vlan_on_nothing, struct host, host)
{
    struct dbc_error err = DBC_ERROR_INIT;

    ifr_state_set(&host->wanted, want(host, IFR_BRIDGE, "vlan", IFR_BRIDGE_PARENT, "br"),
                  IFR_BRIDGE_TAG, "7");
    assert_int_equal(make(host, &err), -1);
    assert_int_equal(err.code, DBC_ENOENT);
    assert_string_equal(err.text, "Open vSwitch has no bridge br");
}

/* A VM's port keeps its row: only its tag changes. */
TEST_WITH(another_tag, struct host, host)
{
    see_bridge(host, "br", "", "");
    see_bridge(host, "vlan", "br", "7");
    see_port(host, "vif", "br", "7", "vif");
    see_port(host, "other", "br", "9", "other");
    want(host, IFR_BRIDGE, "vlan", IFR_BRIDGE_TAG, "8");
    assert_edits(host, "set Port 2.tag=8|set Port 3.tag=8");
}

TEST_WITH(another_parent, struct host, host)
{
    see_bridge(host, "br", "", "");
    see_bridge(host, "br2", "", "");
    see_bridge(host, "vlan", "br", "7");
    see_port(host, "vif", "br", "7", "vif");
    want(host, IFR_BRIDGE, "vlan", IFR_BRIDGE_PARENT, "br2");
    assert_edits(host, "detach Bridge 1.ports 3|attach Bridge 2.ports 3|detach Bridge 1.ports 4|"
                       "attach Bridge 2.ports 4");
}

/* A real bridge becomes a VLAN: what VMs have on it goes along and gets the tag. */
TEST_WITH(another_kind, struct host, host)
{
    see_bridge(host, "br", "", "");
    see_bridge(host, "vlan", "", "");
    see_port(host, "vif", "vlan", "", "vif");
    ifr_state_set(&host->wanted, want(host, IFR_BRIDGE, "vlan", IFR_BRIDGE_PARENT, "br"),
                  IFR_BRIDGE_TAG, "7");
    assert_edits(host, "detach Open_vSwitch .bridges 2|insert Interface vlan|insert Port vlan|"
                       "attach Bridge 1.ports row1|detach Bridge 2.ports 3|attach Bridge 1.ports 3|"
                       "set Port 3.tag=7");
}

TEST_WITH(settings, struct host, host)
{
    struct ifr_object *br = want(host, IFR_BRIDGE, "br", IFR_BRIDGE_FAIL_MODE, "secure");

    see_bridge(host, "br", "", "");
    ifr_state_set(&host->seen, ifr_state_find(&host->seen, IFR_BRIDGE, "br"), IFR_BRIDGE_IN_BAND,
                  "true");
    ifr_state_set(&host->wanted, br, IFR_BRIDGE_HWADDR, "02:0");
    ifr_state_set(&host->wanted, br, IFR_BRIDGE_IN_BAND, "");
    ifr_state_set(&host->wanted, br, IFR_BRIDGE_SNOOPING, "true");
    assert_edits(host,
                 "key Bridge 1.other_config:hwaddr=\"02:0\"|set Bridge 1.fail_mode=\"secure\"|"
                 "key Bridge 1.other_config:disable-in-band=null|"
                 "set Bridge 1.mcast_snooping_enable=true");
}

#define UUID(n) "00000000-0000-4000-8000-00000000000" n

/* The switch with one manager and its certificates. */
static void see_manager(struct host *host)
{
    struct ifr_object *object = make_object(&host->seen, IFR_SWITCH, IFR_THE_SWITCH,
                                            IFR_SWITCH_MANAGERS, "ssl:192.0.2.1:6640");

    see(host, object);
    object->row = "{\"_uuid\":[\"uuid\",\"" UUID("1") "\"],\"manager_options\":[\"uuid\",\"" UUID(
        "7") "\"],\"ssl\":[\"uuid\",\"" UUID("8") "\"]}";
    for (unsigned i = IFR_SWITCH_KEY; i < IFR_N_SWITCH; i++) {
        ifr_state_set(&host->seen, object, i, "/old");
    }
}

static struct ifr_object *want_manager(struct host *host, const char *targets, const char *ssl)
{
    struct ifr_object *object =
        want(host, IFR_SWITCH, IFR_THE_SWITCH, IFR_SWITCH_MANAGERS, targets);

    for (unsigned i = IFR_SWITCH_KEY; i < IFR_N_SWITCH; i++) {
        ifr_state_set(&host->wanted, object, i, ssl);
    }
    return object;
}

/* The old ones go before the new ones come: of `ssl` there is one at most. */
TEST_WITH(another_manager, struct host, host)
{
    struct ifr_object *object = want_manager(host, "ssl:192.0.2.2:6640", "/new");

    see_manager(host);
    ifr_state_set(&host->wanted, object, IFR_SWITCH_BOOTSTRAP, "true");
    assert_edits(host, "detach Open_vSwitch 1.manager_options 7|insert Manager (null)|"
                       "attach Open_vSwitch 1.manager_options row0|detach Open_vSwitch 1.ssl 8|"
                       "insert SSL (null)|attach Open_vSwitch 1.ssl row1");
    assert_string_equal(json_string_value(json_object_get(
                            json_object_get(json_array_get(host->edits.list, 1), "row"), "target")),
                        "ssl:192.0.2.2:6640");
    assert_true(
        json_is_true(json_object_get(json_object_get(json_array_get(host->edits.list, 4), "row"),
                                     "bootstrap_ca_cert")));
    assert_int_equal(json_array_size(host->edits.waits), 1);
}

TEST_WITH(another_manager_with_the_same_certificates, struct host, host)
{
    see_manager(host);
    want_manager(host, "ssl:192.0.2.2:6640", "/old");
    assert_edits(host, "detach Open_vSwitch 1.manager_options 7|insert Manager (null)|"
                       "attach Open_vSwitch 1.manager_options row0");
}

TEST_WITH(no_manager, struct host, host)
{
    see_manager(host);
    want_manager(host, "", "");
    assert_edits(host, "detach Open_vSwitch 1.manager_options 7|detach Open_vSwitch 1.ssl 8");
}

TEST_WITH(settings_of_a_vlan, struct host, host)
{
    see_bridge(host, "br", "", "");
    see_bridge(host, "vlan", "br", "7");
    want(host, IFR_BRIDGE, "vlan", IFR_BRIDGE_NETWORK, "u");
    assert_edits(host, "key Port 2.external_ids:fake-bridge-xs-network-uuids=\"u\"");
}

/* A bond gets its new NIC before the old one goes. */
TEST_WITH(other_nics, struct host, host)
{
    see_bridge(host, "br", "", "");
    see_port(host, "bond0", "br", "", "eth0 eth1");
    want(host, IFR_PORT, "bond0", IFR_PORT_INTERFACES, "eth0 eth2");
    assert_edits(host, "insert Interface eth2|attach Port 2.interfaces row0|"
                       "detach Port 2.interfaces 4");
}

/* An interface is in one port only. */
TEST_WITH(a_nic_of_another_port, struct host, host)
{
    see_bridge(host, "br", "", "");
    see_bridge(host, "theirs", "", "");
    see_port(host, "bond9", "theirs", "", "eth0 eth1");
    ifr_state_set(&host->wanted, want(host, IFR_PORT, "eth0", IFR_PORT_BRIDGE, "br"),
                  IFR_PORT_INTERFACES, "eth0");
    assert_edits(host, "insert Interface eth0|detach Port 3.interfaces 4|insert Port eth0|"
                       "attach Bridge 1.ports row1");
}

/* An interface that is in no port, or in one that was not read, is taken as it is. */
TEST_WITH(a_nic_of_no_port, struct host, host)
{
    see_bridge(host, "br", "", "");
    see(host, make_object(&host->seen, IFR_INTERFACE, "eth0", IFR_INTERFACE_PORT, "gone"));
    ifr_state_set(&host->wanted, want(host, IFR_PORT, "eth0", IFR_PORT_BRIDGE, "br"),
                  IFR_PORT_INTERFACES, "eth0");
    assert_edits(host, "insert Interface eth0|insert Port eth0|attach Bridge 1.ports row1");
}

TEST_WITH(a_port_of_another_bridge, struct host, host)
{
    see_bridge(host, "br", "", "");
    see_bridge(host, "theirs", "", "");
    see_port(host, "eth0", "theirs", "", "eth0");
    want(host, IFR_PORT, "eth0", IFR_PORT_BRIDGE, "br");
    assert_edits(host, "detach Bridge 2.ports 3|attach Bridge 1.ports 3");
}

TEST_WITH(a_vlan_goes_with_its_ports, struct host, host)
{
    see_bridge(host, "br", "", "");
    see_bridge(host, "vlan", "br", "7");
    see_port(host, "vif", "br", "7", "vif");
    see_port(host, "other", "br", "", "other");
    ifr_state_add(&host->wanted, IFR_BRIDGE, "vlan")->absent = true;
    assert_edits(host, "detach Bridge 1.ports 2|detach Bridge 1.ports 3");
}

/* ---- The wire ------------------------------------------------------------------------------- */

static void assert_op(const json_t *operations, size_t i, const char *op, const char *table)
{
    const json_t *operation = json_array_get(operations, i);

    assert_string_equal(json_string_value(json_object_get(operation, "op")), op);
    if (table != NULL) {
        assert_string_equal(json_string_value(json_object_get(operation, "table")), table);
    }
}

TEST_WITH(one_operation_a_row, struct host, host)
{
    json_t *operations = NULL;
    char name[24];
    size_t first = 0;

    see_bridge(host, "br", "", "");
    for (int i = 0; i < 10; i++) {
        snprintf(name, sizeof name, "vlan%d", i);
        ifr_state_set(&host->wanted, want(host, IFR_BRIDGE, name, IFR_BRIDGE_PARENT, "br"),
                      IFR_BRIDGE_TAG, "7");
    }
    assert_int_equal(make(host, NULL), 0);
    operations = ifr_edits_wire(host->edits.list, host->edits.waits, ROOT, "why", &first);
    assert_int_equal(first, 1);
    assert_int_equal(json_array_size(operations), 1 + 20 + 1 + 3);
    assert_op(operations, 0, "wait", "Bridge");
    assert_op(operations, 1, "insert", "Interface");
    assert_op(operations, 21, "mutate", "Bridge");
    assert_op(operations, 22, "comment", NULL);
    assert_op(operations, 23, "mutate", "Open_vSwitch");
    assert_op(operations, 24, "select", "Open_vSwitch");
    json_decref(operations);
}

/* Names become the UUIDs that the server gave; one that it did not give stays. */
TEST_WITH(names_are_resolved, struct host, host)
{
    json_t *results = json_array();
    const json_t *last = NULL;

    see_bridge(host, "br", "", "");
    ifr_state_set(&host->wanted, want(host, IFR_BRIDGE, "vlan", IFR_BRIDGE_PARENT, "br"),
                  IFR_BRIDGE_TAG, "7");
    assert_int_equal(make(host, NULL), 0);
    last = json_array_get(host->edits.list, 2);
    assert_int_equal(ifr_edits_resolve(host->edits.list, results, 0, NULL), 0);
    assert_string_equal(short_ref(json_object_get(last, "child")), "row1");
    json_array_append_new(results, json_object());
    json_array_append_new(results, json_pack("{s:[s, s]}", "uuid", "uuid", ROOT));
    json_array_append_new(results, json_pack("{s:[s, s]}", "uuid", "uuid",
                                             "00000000-0000-4000-8000-000000000042"));
    assert_int_equal(ifr_edits_resolve(host->edits.list, results, 1, NULL), 0);
    assert_string_equal(short_ref(json_object_get(last, "child")), "42");
    json_decref(results);
}

/* What a maker is given is its own, also when memory has run out before. */
static void a_maker_that_failed_keeps_nothing_alive(void **state)
{
    struct ifr_edits edits = { .list = json_array(), .waits = json_array() };
    struct ifr_maker m = { .out = &edits, .failed = true };
    json_t *edit = json_object(), *row = json_object();

    (void)state;
    ifr_maker_add(&m, json_incref(edit));
    ifr_maker_wait(&m, "Bridge", ROOT, json_incref(row));
    assert_true(m.failed);
    json_decref(edits.list);
    json_decref(edits.waits);
    assert_int_equal(edit->refcount, 1);
    assert_int_equal(row->refcount, 1);
    json_decref(edit);
    json_decref(row);
}

/* ---- Memory that runs out ------------------------------------------------------------------- */

/* A bridge, a VLAN on it and a bond, all new; another manager; and a setting that changes. */
static void want_everything(struct host *host)
{
    struct ifr_object *br = NULL, *vlan = NULL, *bond = NULL;

    see_bridge(host, "old", "", "");
    see_manager(host);
    want_manager(host, "ssl:192.0.2.2:6640", "/new");
    want(host, IFR_BRIDGE, "old", IFR_BRIDGE_HWADDR, "02:0");
    br = make_bridge(&host->wanted, "br", "", "");
    ifr_state_set(&host->wanted, br, IFR_BRIDGE_FAIL_MODE, "secure");
    ifr_state_set(&host->wanted, br, IFR_BRIDGE_HWADDR, "02:1");
    ifr_state_set(&host->wanted, br, IFR_BRIDGE_SNOOPING, "true");
    ifr_state_set(&host->wanted, br, IFR_BRIDGE_NETWORKS, "u");
    vlan = make_bridge(&host->wanted, "vlan", "br", "7");
    ifr_state_set(&host->wanted, vlan, IFR_BRIDGE_MAC, "02:2");
    bond = make_port(&host->wanted, "bond", "br", "7", "eth0 eth1");
    ifr_state_set(&host->wanted, bond, IFR_PORT_BOND_MODE, "balance-slb");
    ifr_state_set(&host->wanted, bond, IFR_PORT_UPDELAY, "200");
}

/* Returns the operations, made while jansson's nth allocation fails; NULL: out of memory. */
static json_t *operations_at(struct host *host, long nth, bool *reached)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_edits edits = { 0 };
    json_t *operations = NULL;
    size_t first = 0;
    int rc = 0;

    allocs_left = nth;
    rc = ifr_edits_make(&host->seen, &host->wanted, &host->changes, &edits, &err);
    if (rc == 0) {
        operations = ifr_edits_wire(edits.list, edits.waits, ROOT, "why", &first);
    }
    *reached = alloc_failed();
    assert_int_equal(err.code, rc == 0 ? DBC_OK : DBC_ENOMEM);
    ifr_edits_release(&edits);
    return operations;
}

TEST_WITH(no_setting_is_lost, struct host, host)
{
    bool reached = true;
    json_t *whole = NULL;

    want_everything(host);
    assert_int_equal(ifr_diff_states(&host->seen, &host->wanted, &host->changes, NULL), 0);
    whole = operations_at(host, -1, &reached);
    assert_int_equal(json_array_size(whole), 22);
    for (long n = 0; reached; n++) {
        json_t *made = operations_at(host, n, &reached);
        if (made == NULL ? !reached : !json_equal(made, whole)) {
            fail_msg("allocation %ld", n);
        }
        json_decref(made);
    }
    json_decref(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(a_bridge_with_its_nic),
        FIXTURE(a_vlan),
        FIXTURE(a_vlan_with_its_mac),
        FIXTURE(a_vlan_on_nothing),
        FIXTURE(another_tag),
        FIXTURE(another_parent),
        FIXTURE(another_kind),
        FIXTURE(settings),
        FIXTURE(another_manager),
        FIXTURE(another_manager_with_the_same_certificates),
        FIXTURE(no_manager),
        FIXTURE(settings_of_a_vlan),
        FIXTURE(other_nics),
        FIXTURE(a_nic_of_another_port),
        FIXTURE(a_nic_of_no_port),
        FIXTURE(a_port_of_another_bridge),
        FIXTURE(a_vlan_goes_with_its_ports),
        FIXTURE(one_operation_a_row),
        FIXTURE(names_are_resolved),
        cmocka_unit_test(a_maker_that_failed_keeps_nothing_alive),
        FIXTURE(no_setting_is_lost),
    };

    json_set_alloc_funcs(failing_malloc, free);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
