/* from_xapi.c - one fetch from XAPI (from_xapi.h): its sockets, this host's uuid, and the module
 * that asks. */
#include "reconfigure/from_xapi.h"

#include <string.h>

#include "xapi/module.h"

/* Found by the run path of the program: in the build's tree, or where it is installed. */
#define MODULE "dbcache-xapi.so"
#define ORIGINATOR "interface-reconfigure"

/* Releases of XenServer differ in the place. */
static const char *const usual_sockets[] = { "/var/lib/xcp/xapi", "/var/xapi/xapi" };

/* Puts a path that was given below the prefix, unless it was given with the prefix. */
static void add_given(const char *prefix, const char *path, struct dbc_strvec *out)
{
    size_t len = strlen(prefix);
    bool below = strncmp(path, prefix, len) == 0 && path[len] == '/';

    if (len == 0 || below) {
        dbc_strvec_push(out, path);
    } else {
        dbc_strvec_pushf(out, "%s%s%s", prefix, path[0] == '/' ? "" : "/", path);
    }
}

static int find_sockets(const struct ifr_request *request, const struct ifr_facts *facts,
                        struct dbc_strvec *out, struct dbc_error *err)
{
    char prefix[PATH_MAX];
    int rc = ifr_facts_path(facts, "", prefix, err);

    if (rc == 0 && request->xapi_socket) {
        add_given(prefix, request->xapi_socket, out);
    } else if (rc == 0) {
        dbc_strvec_pushf(out, "%s%s", prefix, usual_sockets[0]);
        dbc_strvec_pushf(out, "%s%s", prefix, usual_sockets[1]);
    }
    return out->failed ? dbc_fail_nomem(err) : rc;
}

int ifr_from_xapi(const struct ifr_request *request, const struct ifr_facts *facts,
                  const struct dbc_log *log, struct dbc_db **ret, struct dbc_error *err)
{
    struct dbc_strvec sockets = DBC_STRVEC_INIT;
    struct dbc_buf uuid = DBC_BUF_INIT;
    const struct dbc_xapi_module *module = NULL;
    struct dbc_xapi_request ask = { .originator = ORIGINATOR };
    int rc = -1;

    if (find_sockets(request, facts, &sockets, err) < 0 ||
        ifr_facts_inventory(facts, "INSTALLATION_UUID", &uuid, err) < 0) {
        goto out;
    }
    module = dbc_xapi_load(MODULE, err);
    if (module) {
        ask.sockets = (const char *const *)sockets.v;
        ask.session = request->session;
        ask.timeout_ms = request->timeout_ms;
        ask.host_uuid = dbc_buf_str(&uuid);
        rc = module->fetch(&ask, log, ret, NULL, err);
    }
out:
    dbc_strvec_release(&sockets);
    dbc_buf_release(&uuid);
    return rc;
}
