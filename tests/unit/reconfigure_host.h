/* reconfigure_host.h - a request on an invented host, commands recorded instead of run; for
 * test_reconfigure*.c. */
#ifndef TESTS_UNIT_RECONFIGURE_HOST_H
#define TESTS_UNIT_RECONFIGURE_HOST_H

#include <sqlite3.h>

#include "base/file.h"
#include "base/lock.h"
#include "reconfigure/reconfigure.h"
#include "unit/recorded.h"

/* What dbcache-history.so shows, without loading it. */
#define DBC_VERSION "test"
#include "store/module.c"

#define CACHE "/var/xapi/network.dbcache"
#define HISTORY "/var/xapi/" DBC_HISTORY_NAME
#define SCRIPTS "/etc/sysconfig/network-scripts"

static const char cache_text[] =
    "<?xml version=\"1.0\" ?>\n<xenserver-network-configuration>\n"
    "<pif ref=\"OpaqueRef:p\"><uuid>pif0</uuid><management>False</management>"
    "<network>OpaqueRef:n</network><MAC>02:00:00:00:00:01</MAC><device>eth0</device>"
    "<VLAN>-1</VLAN><ip_configuration_mode>DHCP</ip_configuration_mode></pif>\n"
    "<pif ref=\"OpaqueRef:t\"><uuid>pif1</uuid><network>OpaqueRef:tn</network>"
    "<device>tunnel0</device><VLAN>-1</VLAN><tunnel_access_PIF_of><pif>OpaqueRef:tu</pif>"
    "</tunnel_access_PIF_of><ip_configuration_mode>None</ip_configuration_mode></pif>\n"
    "<tunnel ref=\"OpaqueRef:tu\"><access_PIF>OpaqueRef:t</access_PIF>"
    "<transport_PIF>OpaqueRef:p</transport_PIF></tunnel>\n"
    "<network ref=\"OpaqueRef:n\"><uuid>net0</uuid><bridge>xenbr0</bridge>"
    "<PIFs><PIF>OpaqueRef:p</PIF></PIFs></network>\n"
    "<network ref=\"OpaqueRef:tn\"><uuid>net1</uuid><bridge>xapi9</bridge>"
    "<PIFs><PIF>OpaqueRef:t</PIF></PIFs></network>\n"
    "<network ref=\"OpaqueRef:e\"><uuid>net2</uuid><bridge>empty0</bridge></network>\n"
    "</xenserver-network-configuration>\n";

struct fixture {
    struct recorded on;
    struct ifr_request request;
    struct ifr_host host;
    struct dbc_buf shown;
    struct dbc_error err;
    const char *fails; /* the command with this in it exits 1 */
};

static enum dbc_code no_history; /* why the module cannot be loaded; DBC_OK: it can */

/* Instead of store/load.c's. */
const struct dbc_history_module *dbc_history_load(const char *path, struct dbc_error *err)
{
    if (no_history != DBC_OK) {
        dbc_fail(err, no_history, "no %s here", path);
    }
    return no_history == DBC_OK ? &dbcache_history_module : NULL;
}

static inline void script(void *ctx, const char *const *argv, struct ifr_result *result)
{
    const struct fixture *f = ctx;
    result->status = f->fails && strstr(argv[0], f->fails) ? 1 : 0;
}

static inline int setup(void **state)
{
    static struct fixture f;
    memset(&f, 0, sizeof f);
    no_history = DBC_ENOENT;
    if (recorded_make(&f.on, script, &f) < 0) {
        return -1;
    }
    f.host = (struct ifr_host){
        .prefix = f.on.s.root, .runner = f.on.runner, .log = &f.on.log.log, .lock_wait_ms = 50
    };
    f.request = (struct ifr_request){ .verb = IFR_UP, .bridge = "xenbr0" };
    scratch_write(&f.on.s, CACHE, cache_text, 0644);
    scratch_write(&f.on.s, "/etc/xensource/network.conf", "openvswitch\n", 0644);
    scratch_write(&f.on.s, "/etc/sysconfig/network", "NETWORKING=yes\n", 0644);
    scratch_write(&f.on.s, "/sys/class/net/eth0/address", "02:00:00:00:00:01\n", 0644);
    scratch_write(&f.on.s, "/sbin/ifup", "", 0755);
    scratch_write(&f.on.s, "/sbin/ifdown", "", 0755);
    scratch_mkdir(&f.on.s, SCRIPTS);
    scratch_mkdir(&f.on.s, "/var/lock");
    *state = &f;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;
    dbc_buf_release(&f->shown);
    recorded_remove(&f->on);
    return 0;
}

static inline int run(struct fixture *f)
{
    return ifr_reconfigure(&f->request, &f->host, &f->shown, &f->err);
}

static inline bool ran(const struct fixture *f, const char *what)
{
    const struct dbc_strvec *lines = recorder_lines(f->on.runner);
    for (size_t i = 0; i < lines->n; i++) {
        if (strstr(lines->v[i], what)) {
            return true;
        }
    }
    return false;
}

static inline void refused(struct fixture *f, enum dbc_code code, const char *words)
{
    char text[2048];
    f->err = (struct dbc_error)DBC_ERROR_INIT;
    assert_int_equal(run(f), -1);
    assert_int_equal(f->err.code, code);
    assert_non_null(strstr(dbc_error_string(&f->err, text, sizeof text), words));
    assert_int_equal(recorder_lines(f->on.runner)->n, 0);
    assert_string_equal(scratch_read(&f->on.s, SCRIPTS "/ifcfg-xenbr0"), "(none)");
    assert_int_equal(f->shown.len, 0);
}

#endif
