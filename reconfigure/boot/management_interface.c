/* management_interface.c - chooses the interfaces that come up at boot, and reports on them
 * (management_interface.h).  several.c brings them up. */
#include "reconfigure/boot/management_interface.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/valid.h"

#define BLANK " \t\r\n\v\f"

/* ---- Which. --------------------------------------------------------------------------------- */

struct start {
    const struct ifr_host *host;
    const struct ifr_request *how; /* NULL: no options */
    ifr_done_fn *done;
    void *ctx;
    struct dbc_strvec names; /* each once */
    struct dbc_hash known;
    size_t tried, failed;
    bool with_management;  /* the first name is the management interface's */
    bool management_is_up; /* also when management is disabled */
};

static void one_done(void *ctx, const struct ifr_request *request, const struct dbc_error *err)
{
    struct start *start = ctx;
    start->tried++;
    if (err) {
        start->failed++;
    } else if (request->management) {
        start->management_is_up = true;
    }
    start->done(start->ctx, request, err);
}

/* Adds a name from the inventory.  One that cannot be a bridge's is reported as failed. */
static int add_name(struct start *start, const char *key, const char *name, struct dbc_error *err)
{
    const struct ifr_request request = { .verb = IFR_UP, .bridge = name };
    struct dbc_error why = DBC_ERROR_INIT;

    if (dbc_valid_ifname(name)) {
        dbc_strvec_push_once(&start->names, &start->known, name);
        return start->names.failed ? dbc_fail_nomem(err) : 0;
    }
    dbc_fail_at(&why, DBC_EINVAL, IFR_INVENTORY, 0, 0, "%s: \"%s\" is no bridge name", key, name);
    one_done(start, &request, &why);
    return 0;
}

static int read_management(struct start *start, const struct ifr_facts *facts,
                           struct dbc_error *err)
{
    const char *key = "MANAGEMENT_INTERFACE";
    struct dbc_buf name = DBC_BUF_INIT;
    int rc = ifr_facts_inventory(facts, key, &name, err);
    if (rc == 0 && name.len == 0) {
        dbc_logf(start->host->log, DBC_LOG_INFO, "management is disabled (%s is empty)", key);
        start->management_is_up = true;
    } else if (rc == 0) {
        rc = add_name(start, key, name.data, err);
        start->with_management = start->names.n > 0;
    }
    dbc_buf_release(&name);
    return rc;
}

static int read_others(struct start *start, const struct ifr_facts *facts, struct dbc_error *err)
{
    const char *key = "CURRENT_INTERFACES";
    struct dbc_strvec list = DBC_STRVEC_INIT;
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = 0;

    if (ifr_facts_inventory_words(facts, key, &list, &why) < 0) {
        /* XAPI writes the line when it first plugs an interface; until then there are none. */
        rc = why.code == DBC_ENOENT ? 0 : dbc_fail(err, why.code, "%s", why.text);
    }
    for (size_t i = 0; i < list.n && rc == 0; i++) {
        rc = i == DBC_LIMIT_LIST ? dbc_fail_at(err, DBC_ELIMIT, IFR_INVENTORY, 0, 0,
                                               "%s: more than %d names", key, DBC_LIMIT_LIST)
                                 : add_name(start, key, list.v[i], err);
    }
    dbc_strvec_release(&list);
    return rc;
}

/* ---- Start and stop. ------------------------------------------------------------------------ */

/* Without the lock or the cache all fail for the same reason. */
static void none_tried(struct start *start, const struct ifr_request *requests,
                       const struct dbc_error *why)
{
    for (size_t i = 0; i < start->names.n; i++) {
        one_done(start, &requests[i], why);
    }
}

static int bring_up(struct start *start, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;
    struct ifr_request *requests = NULL;
    size_t before = start->tried;

    if (start->names.n == 0) {
        return 0;
    }
    requests = calloc(start->names.n, sizeof *requests);
    if (!requests) {
        return dbc_fail_nomem(err);
    }
    for (size_t i = 0; i < start->names.n; i++) {
        if (start->how) {
            requests[i] = *start->how;
        }
        requests[i].verb = IFR_UP;
        requests[i].bridge = start->names.v[i];
        requests[i].management = start->with_management && i == 0;
    }
    if (ifr_reconfigure_each(requests, start->names.n, start->host, one_done, start, &why) < 0 &&
        start->tried == before) {
        none_tried(start, requests, &why);
    }
    free(requests);
    return 0;
}

/* The mark is only needed for shutting down, so a failure is only logged. */
static void set_mark(const struct start *start, const struct ifr_facts *facts)
{
    struct dbc_error why = DBC_ERROR_INIT;
    if (start->management_is_up && ifr_mark_set(facts, IFR_MANAGEMENT_MARK, &why) < 0) {
        dbc_log_error(start->host->log, &why);
    }
}

int ifr_management_start(const struct ifr_host *host, const struct ifr_request *how,
                         ifr_done_fn *done, void *ctx, struct dbc_error *err)
{
    struct start start = { .host = host, .how = how, .done = done, .ctx = ctx };
    struct ifr_facts *facts = ifr_facts_new(host->prefix, host->runner, host->log, err);
    int rc = facts ? 0 : -1;

    if (facts) {
        /* All are tried: a host with one bad line can be reached through the other interfaces. */
        rc = read_management(&start, facts, err) < 0 ? -1 : rc;
        rc = read_others(&start, facts, err) < 0 ? -1 : rc;
        rc = bring_up(&start, err) < 0 ? -1 : rc;
        set_mark(&start, facts);
    }
    if (start.failed > 0) {
        rc = dbc_fail(err, DBC_ECOMMAND, "%zu of %zu interfaces did not come up", start.failed,
                      start.tried);
    }
    dbc_strvec_release(&start.names);
    dbc_hash_release(&start.known);
    ifr_facts_free(facts);
    return rc;
}

int ifr_management_stop(const struct ifr_host *host, struct dbc_error *err)
{
    struct ifr_facts *facts = ifr_facts_new(host->prefix, host->runner, host->log, err);
    int rc = facts ? ifr_facts_remove(facts, IFR_MANAGEMENT_MARK, err) : -1;
    ifr_facts_free(facts);
    return rc;
}

/* ---- Status. -------------------------------------------------------------------------------- */

/* MANAGEMENT_ADDRESS_TYPE of the inventory: the version of IP that management uses. */
enum address_type { ADDRESS_ANY, ADDRESS_IPV4, ADDRESS_IPV6 };

static const char *const type_names[] = { "", "IPv4", "IPv6" };

/* Without the key, or with an unknown value, an address of either kind counts. */
static enum address_type read_address_type(const struct ifr_host *host,
                                           const struct ifr_facts *facts)
{
    const char *key = "MANAGEMENT_ADDRESS_TYPE";
    struct dbc_error why = DBC_ERROR_INIT;
    struct dbc_buf name = DBC_BUF_INIT;
    enum address_type type = ADDRESS_ANY;

    if (ifr_facts_inventory(facts, key, &name, &why) < 0) {
        if (why.code != DBC_ENOENT) {
            dbc_log_error(host->log, &why);
        }
    } else if (strcmp(dbc_buf_str(&name), "IPv6") == 0) {
        type = ADDRESS_IPV6;
    } else if (strcmp(dbc_buf_str(&name), "IPv4") == 0) {
        type = ADDRESS_IPV4;
    } else if (name.len > 0) {
        dbc_logf(host->log, DBC_LOG_WARNING, IFR_INVENTORY ": %s \"%s\" is neither IPv4 nor IPv6",
                 key, dbc_buf_str(&name));
    }
    dbc_buf_release(&name);
    return type;
}

/* Appends the addresses of `ip -o addr` lines ("2: xenbr0    inet 192.0.2.1/24 ..."), with ", "
 * between them. */
static void find_addresses(char *lines, enum address_type type, struct dbc_buf *out)
{
    char *rest = NULL;
    bool next = false;
    for (char *word = lines ? strtok_r(lines, BLANK, &rest) : NULL; word;
         word = strtok_r(NULL, BLANK, &rest)) {
        if (next) {
            dbc_buf_adds(out, out->len > 0 ? ", " : "");
            dbc_buf_add_printable(out, word);
        }
        next = (type != ADDRESS_IPV6 && strcmp(word, "inet") == 0) ||
               (type != ADDRESS_IPV4 && strcmp(word, "inet6") == 0);
    }
}

static int ask_addresses(const struct ifr_host *host, const char *bridge, enum address_type type,
                         struct dbc_buf *ret, struct dbc_error *err)
{
    const char *const argv[] = { "/sbin/ip", "-o",    "addr",   "show", "dev",
                                 bridge,     "scope", "global", NULL };
    struct dbc_buf lines = DBC_BUF_INIT;
    int status = 0;
    int rc = ifr_boot_ask(host, argv, IFR_DEADLINE_QUERY, &status, &lines, err);

    if (rc == 0 && status != 0) {
        rc = dbc_fail(err, DBC_ECOMMAND, "/sbin/ip exited with %d", status);
    } else if (rc == 0) {
        find_addresses(lines.data, type, ret);
    }
    dbc_buf_release(&lines);
    return rc;
}

/* The status of the management bridge, which should exist. */
static enum ifr_status bridge_status(const struct ifr_host *host, const struct ifr_facts *facts,
                                     const char *bridge, bool started, struct dbc_buf *text)
{
    struct dbc_buf addresses = DBC_BUF_INIT;
    struct dbc_error why = DBC_ERROR_INIT;
    enum address_type type = read_address_type(host, facts);
    enum ifr_status status = IFR_STATUS_RUNNING;

    if (!ifr_facts_netdev_exists(facts, bridge)) {
        dbc_buf_addf(text, "%s does not exist", bridge);
        return started ? IFR_STATUS_DEAD : IFR_STATUS_STOPPED;
    }
    if (ask_addresses(host, bridge, type, &addresses, &why) < 0) {
        dbc_buf_addf(text, "%s exists; whether it has an address is not known: %s", bridge,
                     why.text);
        status = IFR_STATUS_UNKNOWN;
    } else if (addresses.len == 0) {
        dbc_buf_addf(text, "%s exists, but has no %s%saddress", bridge, type_names[type],
                     type == ADDRESS_ANY ? "" : " ");
        status = IFR_STATUS_BROKEN;
    } else {
        dbc_buf_addf(text, "%s is up with %s", bridge, addresses.data);
    }
    dbc_buf_release(&addresses);
    return status;
}

int ifr_management_status(const struct ifr_host *host, enum ifr_status *ret, struct dbc_buf *text,
                          struct dbc_error *err)
{
    struct dbc_buf bridge = DBC_BUF_INIT;
    struct ifr_facts *facts = ifr_facts_new(host->prefix, host->runner, host->log, err);
    int rc = facts ? ifr_facts_inventory(facts, "MANAGEMENT_INTERFACE", &bridge, err) : -1;
    bool started = facts && ifr_facts_file_exists(facts, IFR_MANAGEMENT_MARK);

    if (rc == 0 && bridge.len == 0) {
        dbc_buf_adds(text, "management is disabled (MANAGEMENT_INTERFACE is empty)");
        *ret = started ? IFR_STATUS_RUNNING : IFR_STATUS_STOPPED;
    } else if (rc == 0 && !dbc_valid_ifname(bridge.data)) {
        rc = dbc_fail_at(err, DBC_EINVAL, IFR_INVENTORY, 0, 0,
                         "MANAGEMENT_INTERFACE: \"%s\" is no bridge name", bridge.data);
    } else if (rc == 0) {
        *ret = bridge_status(host, facts, bridge.data, started, text);
    }
    if (rc == 0 && text->failed) {
        rc = dbc_fail_nomem(err);
    }
    dbc_buf_release(&bridge);
    ifr_facts_free(facts);
    return rc;
}
