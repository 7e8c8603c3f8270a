/* test_edits_undo.c - reconfigure/state/edits_undo.c, edits_look.c, edits_backup.c and edits_run.c
 * with the real ovsdb-server: what edits change in a database with many settings of other programs,
 * and that all of it comes back.  ovs-vswitchd does not run: cur_cfg is set higher than any value
 * that is waited for. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "reconfigure/state/edits_undo.h"
#include "reconfigure/state/observe.h"
#include "unit/edits_host.h"
#include "unit/state_make.h"
#include "unit/thorough.h"

#define N_VLANS                                                                                    \
    1250 /* with them an answer that has a bridge's ports for each is over its limit               \
          */

/* ---- A change ------------------------------------------------------------------------------ */

/* From what is seen to what a test wants. */
struct change {
    struct fixture *f;
    struct ifr_state seen, wanted;
    struct ifr_changes changes;
    struct ifr_edits edits;
    json_t *rows;
    char *before; /* the database */
    struct dbc_strvec left;
    struct dbc_error err;
};

static void see(struct change *c, struct fixture *f)
{
    const struct ifr_live live = { .ovs = f->db };

    *c = (struct change){ .f = f };
    c->before = dump(f, false);
    assert_int_equal(ifr_observe(&live, &c->seen, NULL), 0);
}

/* The edits, and what takes them back. */
static void plan(struct change *c)
{
    assert_int_equal(ifr_diff_states(&c->seen, &c->wanted, &c->changes, NULL), 0);
    assert_int_equal(ifr_edits_make(&c->seen, &c->wanted, &c->changes, &c->edits, NULL), 0);
    assert_int_equal(ifr_edits_backup(c->f->db, c->edits.list, &c->rows, NULL), 0);
}

static void make(struct change *c)
{
    char *now = NULL;

    if (ifr_edits_run(c->f->db, &c->edits, c->seen.ovs_uuid, "a test", NULL, &c->err) < 0) {
        fail_msg("%s", c->err.text);
    }
    now = dump(c->f, false);
    assert_string_not_equal(now, c->before);
    free(now);
}

static void plan_and_make(struct change *c)
{
    plan(c);
    make(c);
}

static int undo(struct change *c)
{
    dbc_strvec_clear(&c->left);
    dbc_error_clear(&c->err);
    return ifr_edits_undo(c->f->db, c->edits.list, c->rows, c->seen.ovs_uuid, &c->left, &c->err);
}

static void assert_as_before(const struct change *c)
{
    char *now = dump(c->f, false);

    assert_string_equal(now, c->before);
    free(now);
}

static void assert_undone(struct change *c)
{
    assert_int_equal(undo(c), 0);
    assert_int_equal(c->left.n, 0);
    assert_as_before(c);
}

/* One line of what is left has this text. */
static void assert_left(const struct change *c, const char *text)
{
    assert_int_equal(c->left.n, 1);
    assert_non_null(strstr(c->left.v[0], text));
}

static void done(struct change *c)
{
    ifr_edits_release(&c->edits);
    ifr_changes_release(&c->changes);
    ifr_state_release(&c->seen);
    ifr_state_release(&c->wanted);
    json_decref(c->rows);
    dbc_strvec_release(&c->left);
    free(c->before);
}

static struct fixture *host(void **state, struct change *c)
{
    struct fixture *f = fixture(state);

    database(f, rows);
    see(c, f);
    assert_string_equal(ifr_object_get(ifr_state_find(&c->seen, IFR_SWITCH, IFR_THE_SWITCH),
                                       IFR_SWITCH_MANAGERS),
                        "ssl:192.0.2.1");
    return f;
}

static void want_gone(struct change *c, enum ifr_kind kind, const char *name)
{
    ifr_state_add(&c->wanted, kind, name)->absent = true;
}

/* vlan7 becomes a bridge of its own with eth1, which leaves its bond; br0 gets new settings. */
static void want_much(struct change *c)
{
    struct ifr_object *br0 =
        make_object(&c->wanted, IFR_BRIDGE, "br0", IFR_BRIDGE_FAIL_MODE, "standalone");

    ifr_state_set(&c->wanted, br0, IFR_BRIDGE_HWADDR, "02:00:00:00:00:01");
    make_bridge(&c->wanted, "vlan7", "", "");
    make_port(&c->wanted, "eth1", "vlan7", "", "eth1");
    make_port(&c->wanted, "bond0", "br1", "", "eth2");
}

/* ---- Back ----------------------------------------------------------------------------------- */

/* With its VM's port, of which a mirror knows. */
static void want_no_vlan(struct change *c)
{
    want_gone(c, IFR_BRIDGE, "vlan7");
}

/* With its controller, its mirror, and a port with QoS. */
static void want_no_bridge(struct change *c)
{
    want_no_vlan(c);
    want_gone(c, IFR_BRIDGE, "br0");
}

static void want_another_manager(struct change *c)
{
    struct ifr_object *the_switch =
        make_object(&c->wanted, IFR_SWITCH, IFR_THE_SWITCH, IFR_SWITCH_MANAGERS, "ssl:192.0.2.2");

    ifr_state_set(&c->wanted, the_switch, IFR_SWITCH_KEY, "/new/key");
}

/* A change to what `want` asks for is made and taken back. */
static void undone(void **state, void (*want)(struct change *c))
{
    struct change c;

    host(state, &c);
    want(&c);
    plan_and_make(&c);
    assert_undone(&c);
    done(&c);
}

static void a_vlan_that_was_deleted(void **state)
{
    undone(state, want_no_vlan);
}

static void a_bridge_that_was_deleted(void **state)
{
    undone(state, want_no_bridge);
}

static void everything_at_once(void **state)
{
    undone(state, want_much);
}

static void another_manager(void **state)
{
    undone(state, want_another_manager);
}

/* Nothing is written, and no row is made anew. */
static void assert_undone_without_a_new_row(struct change *c)
{
    char *once = dump(c->f, true), *again = NULL;

    assert_undone(c);
    again = dump(c->f, true);
    assert_string_equal(again, once);
    free(once);
    free(again);
}

static void twice(void **state)
{
    struct change c;

    host(state, &c);
    want_much(&c);
    plan_and_make(&c);
    assert_undone(&c);
    assert_undone_without_a_new_row(&c);
    done(&c);
}

static void of_what_was_never_made(void **state)
{
    struct change c;

    host(state, &c);
    want_much(&c);
    plan(&c);
    assert_int_equal(ifr_edits_resolve_by_name(c.f->db, c.edits.list, c.rows, NULL), 0);
    assert_undone_without_a_new_row(&c);
    done(&c);
}

/* ---- Names ---------------------------------------------------------------------------------- */

/* Killed before the answer was read: the list knows its rows by their names, SSL's by its table. */
static void by_name(void **state)
{
    struct change c;
    struct ifr_edits answered = { 0 };

    host(state, &c);
    want_much(&c);
    want_another_manager(&c);
    plan(&c);
    answered = (struct ifr_edits){ json_deep_copy(c.edits.list), NULL };
    assert_int_equal(ifr_edits_run(c.f->db, &answered, c.seen.ovs_uuid, "a test", NULL, NULL), 0);
    assert_true(ifr_edits_have_names(c.edits.list));
    assert_int_equal(ifr_edits_resolve_by_name(c.f->db, c.edits.list, c.rows, NULL), 0);
    assert_false(ifr_edits_have_names(c.edits.list));
    assert_true(json_equal(c.edits.list, answered.list));
    assert_undone(&c);
    ifr_edits_release(&answered);
    done(&c);
}

/* The old rows have the names of the new ones: none of them is taken for a new one. */
static void names_of_before(void **state)
{
    struct change c;

    host(state, &c);
    want_much(&c);
    plan(&c);
    assert_int_equal(ifr_edits_resolve_by_name(c.f->db, c.edits.list, c.rows, NULL), 0);
    for (size_t i = 0; i < json_array_size(c.edits.list); i++) {
        assert_null(json_object_get(json_array_get(c.edits.list, i), "uuid"));
    }
    done(&c);
}

/* ---- Somebody else -------------------------------------------------------------------------- */

static void a_setting_that_somebody_changed(void **state)
{
    struct change c;

    host(state, &c);
    make_object(&c.wanted, IFR_BRIDGE, "br0", IFR_BRIDGE_FAIL_MODE, "standalone");
    make_object(&c.wanted, IFR_BRIDGE, "br1", IFR_BRIDGE_HWADDR, "02:00:00:00:00:01");
    plan_and_make(&c);
    database(c.f, "[{'op':'update','table':'Bridge','where':[['name','==','br0']],"
                  "'row':{'fail_mode':['set',[]]}},"
                  "{'op':'mutate','table':'Bridge','where':[['name','==','br1']],"
                  "'mutations':[['other_config','insert',['map',[['new','theirs']]]]]}]");
    assert_int_equal(undo(&c), 0);
    assert_left(&c, "Bridge br0, fail_mode: somebody else has changed it meanwhile");
    done(&c);
}

static void a_bridge_that_somebody_deleted(void **state)
{
    struct change c;
    char text[256];

    host(state, &c);
    make_object(&c.wanted, IFR_BRIDGE, "br1", IFR_BRIDGE_FAIL_MODE, "standalone");
    plan_and_make(&c);
    snprintf(text, sizeof text,
             "[{'op':'mutate','table':'Open_vSwitch','where':[],'mutations':[['bridges','delete',"
             "['uuid','%s']]]}]",
             ifr_state_find(&c.seen, IFR_BRIDGE, "br1")->uuid);
    database(c.f, text);
    assert_int_equal(undo(&c), 0);
    assert_left(&c, ", fail_mode: the row is gone");
    done(&c);
}

static void a_port_that_somebody_moved(void **state)
{
    struct change c;

    host(state, &c);
    make_bridge(&c.wanted, "vlan7", "br1", "7");
    plan_and_make(&c);
    database(c.f, "[{'op':'insert','table':'Interface','uuid-name':'i','row':{'name':'br2',"
                  "'type':'internal'}},{'op':'insert','table':'Port','uuid-name':'p',"
                  "'row':{'name':'br2','interfaces':['named-uuid','i']}},"
                  "{'op':'insert','table':'Bridge','uuid-name':'b','row':{'name':'br2',"
                  "'ports':['named-uuid','p']}},{'op':'mutate','table':'Open_vSwitch','where':[],"
                  "'mutations':[['bridges','insert',['named-uuid','b']]]}]");
    {
        const char *uuid = ifr_state_find(&c.seen, IFR_PORT, "vif1")->uuid;
        char text[512];
        snprintf(text, sizeof text,
                 "[{'op':'mutate','table':'Bridge','where':[['name','==','br1']],"
                 "'mutations':[['ports','delete',['uuid','%s']]]},"
                 "{'op':'mutate','table':'Bridge','where':[['name','==','br2']],"
                 "'mutations':[['ports','insert',['uuid','%s']]]}]",
                 uuid, uuid);
        database(c.f, text);
    }
    assert_int_equal(undo(&c), 0);
    assert_left(&c, "Bridge br0, ports: Port vif1: somebody else has moved it meanwhile");
    done(&c);
}

/* A port of a VM's that came to a new bridge. */
static void a_bridge_that_somebody_uses(void **state)
{
    struct change c;

    host(state, &c);
    make_bridge(&c.wanted, "br2", "", "");
    make_port(&c.wanted, "eth3", "br2", "", "eth3");
    plan_and_make(&c);
    database(c.f, "[{'op':'insert','table':'Interface','uuid-name':'i','row':{'name':'vif9'}},"
                  "{'op':'insert','table':'Port','uuid-name':'p',"
                  "'row':{'name':'vif9','interfaces':['named-uuid','i']}},"
                  "{'op':'mutate','table':'Bridge','where':[['name','==','br2']],"
                  "'mutations':[['ports','insert',['named-uuid','p']]]}]");
    assert_int_equal(undo(&c), 0);
    assert_left(&c, "bridges: Bridge br2: it stays, since a port came meanwhile");
    database(c.f, "[{'op':'wait','timeout':0,'table':'Port','where':[['name','==','vif9']],"
                  "'columns':['name'],'until':'==','rows':[{'name':'vif9'}]},"
                  "{'op':'wait','timeout':0,'table':'Port','where':[['name','==','eth3']],"
                  "'columns':['name'],'until':'==','rows':[]}]");
    done(&c);
}

static void a_mirror_that_somebody_sends_elsewhere(void **state)
{
    struct change c;

    host(state, &c);
    database(c.f, "[{'op':'update','table':'Port','where':[['name','==','vif0']],"
                  "'row':{'tag':7}}]");
    ifr_state_release(&c.seen);
    assert_int_equal(ifr_observe(&(struct ifr_live){ .ovs = c.f->db }, &c.seen, NULL), 0);
    want_gone(&c, IFR_BRIDGE, "vlan7");
    plan_and_make(&c);
    {
        char text[256];
        snprintf(
            text, sizeof text,
            "[{'op':'update','table':'Mirror','where':[],'row':{'output_port':['uuid','%s']}}]",
            ifr_state_find(&c.seen, IFR_PORT, "eth0")->uuid);
        database(c.f, text);
    }
    assert_int_equal(undo(&c), 0);
    assert_left(&c, "Mirror mir, output_port");
    done(&c);
}

/* ---- An undo that fails --------------------------------------------------------------------- */

static void by_a_server_that_is_gone(void **state)
{
    struct change c;

    host(state, &c);
    want_much(&c);
    plan_and_make(&c);
    end_server(c.f);
    assert_int_equal(undo(&c), -1);
    assert_int_equal(c.err.code, DBC_EIO);
    ifr_ovsdb_close(c.f->db);
    start_server(c.f);
    c.f->db = connected(c.f);
    assert_undone(&c);
    done(&c);
}

/* What the database refuses is refused whole, and can be tried again. */
static void by_a_database_that_refuses(void **state)
{
    struct change c;

    host(state, &c);
    want_gone(&c, IFR_BRIDGE, "vlan7");
    plan_and_make(&c);
    json_object_set_new(json_object_get(json_object_get(c.rows, "Port"),
                                        ifr_state_find(&c.seen, IFR_PORT, "vif1")->uuid),
                        "tag", json_integer(5000));
    assert_int_equal(undo(&c), -1);
    assert_int_equal(c.err.code, DBC_ECOMMAND);
    json_object_set_new(json_object_get(json_object_get(c.rows, "Port"),
                                        ifr_state_find(&c.seen, IFR_PORT, "vif1")->uuid),
                        "tag", json_integer(7));
    assert_undone(&c);
    done(&c);
}

static void reconnect(struct change *c)
{
    ifr_ovsdb_close(c->f->db);
    c->f->db = connected(c->f);
    assert_int_equal(ifr_ovsdb_load_schema(c->f->db, LONG_MS, NULL), 0);
}

/* At each allocation of jansson's in turn: a failure that says so, or all comes back. */
static void without_memory(void **state, void (*want)(struct change *c))
{
    struct change c;
    bool reached = true;

    host(state, &c);
    want(&c);
    plan_and_make(&c);
    for (long n = 0; reached; n += (long)stride(1, 11)) {
        int rc = 0;
        reconnect(&c);
        allocs_left = n;
        rc = undo(&c);
        reached = alloc_failed();
        if (rc == 0) {
            assert_int_equal(c.left.n, 0);
            assert_as_before(&c);
        } else if (!reached || c.err.code != DBC_ENOMEM) {
            fail_msg("allocation %ld: %s", n, c.err.text);
        }
    }
    done(&c);
}

static void of_a_bridge_without_memory(void **state)
{
    without_memory(state, want_no_bridge);
}

static void of_everything_without_memory(void **state)
{
    without_memory(state, want_much);
}

/* ---- Many ----------------------------------------------------------------------------------- */

/* Each row is asked for once, however many edits it has: with all ports for each VLAN the answer
 * would be over IFR_OVSDB_ANSWER_MAX. */
static void want_many(struct change *c)
{
    for (unsigned i = 0; i < N_VLANS; i++) {
        char name[16], tag[8];
        snprintf(name, sizeof name, "many%u", i);
        snprintf(tag, sizeof tag, "%u", i + 100);
        make_bridge(&c->wanted, name, "br0", tag);
    }
}

static void many_vlans(void **state)
{
    undone(state, want_many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(a_vlan_that_was_deleted),
        FIXTURE(a_bridge_that_was_deleted),
        FIXTURE(everything_at_once),
        FIXTURE(another_manager),
        FIXTURE(twice),
        FIXTURE(of_what_was_never_made),
        FIXTURE(by_name),
        FIXTURE(names_of_before),
        FIXTURE(a_setting_that_somebody_changed),
        FIXTURE(a_bridge_that_somebody_deleted),
        FIXTURE(a_port_that_somebody_moved),
        FIXTURE(a_bridge_that_somebody_uses),
        FIXTURE(a_mirror_that_somebody_sends_elsewhere),
        FIXTURE(by_a_server_that_is_gone),
        FIXTURE(by_a_database_that_refuses),
        FIXTURE(of_a_bridge_without_memory),
        FIXTURE(of_everything_without_memory),
        FIXTURE(many_vlans),
    };

    json_set_alloc_funcs(failing_malloc, free);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
