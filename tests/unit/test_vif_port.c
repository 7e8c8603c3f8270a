/* test_vif_port.c - reconfigure/vif/port.c with the real ovsdb-server: where a VM's port comes,
 * what it replaces, and what stays.  ovs-vswitchd does not run: see test_edits_undo.c. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "reconfigure/vif/port.h"
#include "unit/edits_host.h"
#include "unit/thorough.h"

static struct fixture *host(void **state)
{
    struct fixture *f = fixture(state);

    database(f, rows);
    return f;
}

static struct ifr_vif_port port_on(const char *device, const char *bridge)
{
    return (struct ifr_vif_port){
        .device = device,
        .bridge = bridge,
        .ids = { [IFR_VIF_ATTACHED_MAC] = "02:00:00:00:00:09", [IFR_VIF_UUID] = "theirs" }
    };
}

static void add(struct fixture *f, const char *device, const char *bridge)
{
    struct ifr_vif_port port = port_on(device, bridge);
    struct dbc_error err = DBC_ERROR_INIT;

    if (ifr_vif_port_add(f->socket, &port, &err) < 0) {
        fail_msg("%s", err.text);
    }
}

/* The database has this line, with ' for ". */
static void assert_line(struct fixture *f, const char *line)
{
    char *now = dump(f, false);
    bool found = strstr(now, quoted(line)) != NULL;

    free(now);
    if (!found) {
        fail_msg("no line: %s", line);
    }
}

static void a_port_comes(void **state)
{
    static const struct {
        const char *device, *bridge, *line, *tag;
    } cases[] = {
        { "vif9", "br1", "'br1' ports: 'bond0' 'br1' 'vif9'\n", "['set',[]]" },
        { "vif8", "vlan7", "ports: 'br0' 'eth0' 'vif0' 'vif1' 'vif8' 'vlan7'\n", "7" },
        { "vif1", "br1", "'br1' ports: 'bond0' 'br1' 'vif1' 'vif9'\n", "['set',[]]" },
        { "vif9", "br0", "ports: 'br0' 'eth0' 'vif0' 'vif8' 'vif9' 'vlan7'\n", "['set',[]]" },
    };
    struct fixture *f = host(state);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char line[256];

        add(f, cases[i].device, cases[i].bridge);
        assert_line(f, cases[i].line);
        snprintf(line, sizeof line, "Port '%s' tag: %s\n", cases[i].device, cases[i].tag);
        assert_line(f, line);
        snprintf(line, sizeof line,
                 "Interface '%s' external_ids: ['attached-mac','02:00:00:00:00:09'] "
                 "['xs-vif-uuid','theirs']\n",
                 cases[i].device);
        assert_line(f, line);
    }
}

static void a_port_goes(void **state)
{
    struct fixture *f = host(state);
    char *before = dump(f, true), *after = NULL;

    assert_int_equal(ifr_vif_port_remove(f->socket, "vif9", NULL), 0);
    after = dump(f, true);
    assert_string_equal(after, before);
    assert_int_equal(ifr_vif_port_remove(f->socket, "vif1", NULL), 0);
    assert_line(f, "ports: 'br0' 'eth0' 'vif0' 'vlan7'\n");
    free(before);
    free(after);
}

/* The port that is there stays. */
static void no_bridge(void **state)
{
    struct fixture *f = host(state);
    const struct ifr_vif_port port = port_on("vif1", "br9");
    struct dbc_error err = DBC_ERROR_INIT;
    char *before = dump(f, true), *after = NULL;

    assert_int_equal(ifr_vif_port_add(f->socket, &port, &err), -1);
    assert_int_equal(err.code, DBC_ENOENT);
    assert_string_equal(err.text, "Open vSwitch has no bridge br9");
    after = dump(f, true);
    assert_string_equal(after, before);
    free(before);
    free(after);
    assert_int_equal(ifr_vif_port_remove("/nosuch", "vif1", &err), -1);
    assert_int_equal(err.code, DBC_ENOENT);
}

static void an_empty_database(void **state)
{
    struct fixture *f = fixture(state);
    const struct ifr_vif_port port = port_on("vif1", "br0");
    struct dbc_error err = DBC_ERROR_INIT;

    database(f, "[{'op':'delete','table':'Open_vSwitch','where':[]}]");
    assert_int_equal(ifr_vif_port_add(f->socket, &port, &err), -1);
    assert_int_equal(err.code, DBC_ENOENT);
    assert_string_equal(err.text, "Open vSwitch's database is empty");
}

/* At each allocation of jansson's in turn: a failure that says so, or the whole port. */
static void without_memory(void **state)
{
    struct fixture *f = host(state);
    const struct ifr_vif_port port = port_on("vif1", "vlan7");
    bool reached = true;
    char *whole = NULL;

    add(f, "vif1", "vlan7");
    whole = dump(f, false);
    for (long n = 0; reached; n += (long)stride(1, 7)) {
        struct dbc_error err = DBC_ERROR_INIT;
        char *now = NULL;
        int rc = 0;

        allocs_left = n;
        rc = ifr_vif_port_add(f->socket, &port, &err);
        reached = alloc_failed();
        if (rc < 0 && (!reached || err.code != DBC_ENOMEM)) {
            fail_msg("allocation %ld: %s", n, err.text);
        }
        now = dump(f, false);
        assert_string_equal(now, whole);
        free(now);
    }
    free(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(a_port_comes),      FIXTURE(a_port_goes),    FIXTURE(no_bridge),
        FIXTURE(an_empty_database), FIXTURE(without_memory),
    };

    json_set_alloc_funcs(failing_malloc, free);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
