/* ovs.c - runs the commands of ovs.h by the host's runner, and reads their answers. */
#include "reconfigure/plugin/ovs.h"

#include <jansson.h>
#include <signal.h>
#include <string.h>

#include "reconfigure/host/ovsdb.h"
#include "reconfigure/plan/flows.h"

#define ASK "/usr/bin/ovs-vsctl", "-vconsole:off", "--timeout=9"

/* ---- Commands ------------------------------------------------------------------------------- */

static int status_of(const struct ifr_result *result)
{
    switch (result->ended) {
    case IFR_EXITED:
        return result->status;
    case IFR_SIGNALED:
        return -result->status;
    case IFR_TIMED_OUT:
        return -SIGTERM;
    case IFR_NOT_FOUND:
    case IFR_NOT_RUN:
        break;
    }
    return 127;
}

/* Without `answer` the command is a change: it is logged, and its output ignored. */
static int run(const struct ifr_host *host, const char *const *argv, unsigned deadline_ms,
               struct dbc_buf *answer, int *status, struct dbc_error *err)
{
    const struct ifr_command cmd = { .argv = argv,
                                     .deadline_ms = deadline_ms,
                                     .capture = answer != NULL };
    struct ifr_result result = { 0 };
    struct dbc_buf line = DBC_BUF_INIT, how = DBC_BUF_INIT;
    int rc = -1;

    ifr_command_words(argv, &line);
    if (line.failed) {
        dbc_fail_nomem(err);
        goto out;
    }
    if (answer == NULL) {
        dbc_logf(host->log, DBC_LOG_INFO, "Running command: %s", line.data);
    }
    if (host->runner->run(host->runner, &cmd, &result, err) < 0) {
        goto out;
    }
    *status = status_of(&result);
    if (!ifr_succeeded(&result)) {
        ifr_describe(&result, &how);
        dbc_fail(err, DBC_ECOMMAND, "%s: %s", dbc_buf_str(&how), line.data);
        goto out;
    }
    rc = 0;
    if (answer != NULL) {
        dbc_buf_release(answer);
        *answer = result.out;
        result.out = DBC_BUF_INIT;
        rc = answer->failed ? dbc_fail_nomem(err) : 0;
    }
out:
    dbc_buf_release(&result.out);
    dbc_buf_release(&line);
    dbc_buf_release(&how);
    return rc;
}

int ifr_ovs_change(const struct ifr_host *host, const struct dbc_strvec *words, int *status,
                   struct dbc_error *err)
{
    struct dbc_strvec argv = DBC_STRVEC_INIT;
    int rc = -1;

    dbc_strvec_pushl(&argv, "/usr/bin/ovs-vsctl", "--timeout=20", NULL);
    dbc_strvec_push_all(&argv, words);
    rc = argv.failed
             ? dbc_fail_nomem(err)
             : run(host, (const char *const *)argv.v, IFR_DEADLINE_VSCTL, NULL, status, err);
    dbc_strvec_release(&argv);
    return rc;
}

int ifr_ovs_add_flow(const struct ifr_host *host, const char *bridge, const char *flow, int *status,
                     struct dbc_error *err)
{
    const char *const argv[] = { "/usr/bin/ovs-ofctl", "add-flow", bridge, flow, NULL };

    return run(host, argv, IFR_DEADLINE_QUERY, NULL, status, err);
}

static int ask(const struct ifr_host *host, const char *const *argv, struct dbc_buf *answer,
               struct dbc_error *err)
{
    int status = 0;
    int rc = run(host, argv, IFR_DEADLINE_QUERY, answer, &status, err);

    if (rc == 0 && answer->len >= IFR_OUTPUT_MAX) {
        rc = dbc_fail(err, DBC_ELIMIT, "ovs-vsctl answers with more than %u bytes (IFR_OUTPUT_MAX)",
                      IFR_OUTPUT_MAX);
    }
    return rc;
}

/* ---- Managers, ports ------------------------------------------------------------------------ */

static int read_managers(const struct ifr_host *host, struct ifr_state *seen, struct dbc_error *err)
{
    const char *const argv[] = { ASK, "get-manager", NULL };
    struct dbc_buf answer = DBC_BUF_INIT;
    struct dbc_strvec targets = DBC_STRVEC_INIT;
    struct ifr_object *object = ifr_state_add(seen, IFR_SWITCH, IFR_THE_SWITCH);
    int rc = ask(host, argv, &answer, err);

    ifr_state_set(seen, object, IFR_SWITCH_MANAGERS, "");
    if (rc == 0) {
        dbc_strvec_split(&targets, dbc_buf_str(&answer), "\r\n");
        rc = targets.failed ? dbc_fail_nomem(err) : 0;
    }
    for (size_t i = 0; rc == 0 && i < targets.n; i++) {
        ifr_state_add_member(seen, object, IFR_SWITCH_MANAGERS, targets.v[i]);
    }
    dbc_strvec_release(&targets);
    dbc_buf_release(&answer);
    return rc;
}

int ifr_ovs_ofport(const struct ifr_host *host, const char *interface, struct dbc_strvec *ofports,
                   struct dbc_error *err)
{
    const char *const argv[] = {
        ASK, "--if-exists", "get", "Interface", interface, "ofport", NULL
    };
    struct dbc_buf answer = DBC_BUF_INIT;
    int rc = ask(host, argv, &answer, err);

    if (rc == 0 && answer.data != NULL && ifr_flows_ofport(answer.data)) {
        dbc_strvec_push(ofports, answer.data);
        rc = ofports->failed ? dbc_fail_nomem(err) : 0;
    } else if (rc == 0) {
        dbc_logf(host->log, DBC_LOG_WARNING, "Open vSwitch has no port for %s (ofport is \"%s\")",
                 interface, dbc_buf_str(&answer));
    }
    dbc_buf_release(&answer);
    return rc;
}

/* ---- Bridges -------------------------------------------------------------------------------- */

static const char *const columns[] = { "name", "fail_mode", "other_config" };
#define N_COLUMNS (sizeof columns / sizeof *columns)

static int bad(struct dbc_error *err, const char *what)
{
    return dbc_fail(err, DBC_EPARSE, "ovs-vsctl's list of bridges: %s", what);
}

/* Returns the value of a key; "": none. */
static const char *map_text(const json_t *cell, const char *key)
{
    const char *value = ifr_ovsdb_map_get(cell, key);

    return value != NULL ? value : "";
}

static int take_bridge(struct ifr_state *seen, const json_t *row, const size_t at[N_COLUMNS],
                       struct dbc_error *err)
{
    const char *name = json_string_value(json_array_get(row, at[0]));
    const json_t *config = json_array_get(row, at[2]);
    struct ifr_object *bridge = NULL;

    if (name == NULL || ifr_ovsdb_map(config) == NULL) {
        return bad(err, "a row without a name, or without a map");
    }
    bridge = ifr_state_add(seen, IFR_BRIDGE, name);
    ifr_state_set(seen, bridge, IFR_BRIDGE_PARENT, "");
    ifr_state_set(seen, bridge, IFR_BRIDGE_FAIL_MODE, ifr_ovsdb_text(json_array_get(row, at[1])));
    ifr_state_set(seen, bridge, IFR_BRIDGE_HWADDR, map_text(config, "hwaddr"));
    ifr_state_set(seen, bridge, IFR_BRIDGE_IN_BAND, map_text(config, "disable-in-band"));
    return 0;
}

/* Finds each of `columns` in the headings: ovs-vsctl may sort them. */
static bool find_columns(const json_t *headings, size_t at[N_COLUMNS])
{
    size_t found = 0;

    for (size_t k = 0; k < N_COLUMNS; k++) {
        for (size_t i = 0; i < json_array_size(headings); i++) {
            const char *name = json_string_value(json_array_get(headings, i));
            if (name != NULL && strcmp(name, columns[k]) == 0) {
                at[k] = i;
                found++;
                break;
            }
        }
    }
    return found == N_COLUMNS;
}

static int take_table(struct ifr_state *seen, const json_t *table, struct dbc_error *err)
{
    const json_t *rows = json_object_get(table, "data");
    size_t at[N_COLUMNS] = { 0 };
    int rc = 0;

    if (!json_is_array(rows) || !find_columns(json_object_get(table, "headings"), at)) {
        return bad(err, "no table with name, fail_mode and other_config");
    }
    for (size_t i = 0; rc == 0 && i < json_array_size(rows); i++) {
        rc = take_bridge(seen, json_array_get(rows, i), at, err);
    }
    return rc;
}

static int read_bridges(const struct ifr_host *host, struct ifr_state *seen, struct dbc_error *err)
{
    const char *const argv[] = {
        ASK, "--format=json", "--", "--columns=name,fail_mode,other_config", "list", "Bridge", NULL
    };
    struct dbc_buf answer = DBC_BUF_INIT;
    json_error_t why = { 0 };
    json_t *table = NULL;
    int rc = ask(host, argv, &answer, err);

    if (rc == 0) {
        table = json_loadb(dbc_buf_str(&answer), answer.len, 0, &why);
        rc = table != NULL ? take_table(seen, table, err) : bad(err, why.text);
    }
    json_decref(table);
    dbc_buf_release(&answer);
    return rc;
}

int ifr_ovs_read(const struct ifr_host *host, struct ifr_state *seen, struct dbc_error *err)
{
    if (read_managers(host, seen, err) < 0 || read_bridges(host, seen, err) < 0) {
        return -1;
    }
    return ifr_state_check(seen, err);
}
