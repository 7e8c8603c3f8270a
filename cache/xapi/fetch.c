/* fetch.c - the calls that give the records of one host, in their order: the top of this folder.
 *
 * PIFs come first and are asked for by host, so that the server sends no others.  Other records
 * belong to the host by its PIFs; those of other hosts are skipped as they stream in.
 */
#include <stdio.h>
#include <string.h>

#include "base/valid.h"
#include "xapi/records.h"
#include "xapi/session.h"

#define CALL_MAX 64

static int fetch_records(struct dbc_xapi *x, struct dbc_db *db, enum dbc_class class_,
                         const char *host, const char *where, struct dbc_error *err)
{
    const char *const params[] = { where, NULL };
    struct dbc_xapi_records records;
    char method[CALL_MAX];
    int rc = -1;

    snprintf(method, sizeof method, "%s.%s", dbc_schema_class(class_)->xapi,
             where != NULL ? "get_all_records_where" : "get_all_records");
    dbc_xapi_records_init(&records, db, class_, host);
    rc = dbc_xapi_stream(x, method, params, &dbc_xapi_records_sink, &records, err);
    dbc_xapi_records_release(&records);
    return rc;
}

/* A server that does not know the expression or its column answers with one of these. */
static bool cannot_filter(const struct dbc_xapi *x)
{
    return dbc_xapi_failed_with(x, "MESSAGE_METHOD_UNKNOWN") ||
           dbc_xapi_failed_with(x, "MESSAGE_REMOVED") || dbc_xapi_failed_with(x, "INVALID_VALUE") ||
           dbc_xapi_failed_with(x, "INTERNAL_ERROR");
}

/* Reports an error that was held back because some errors do not count. */
static int pass_on(const struct dbc_error *held, struct dbc_error *err)
{
    if (err != NULL && err->code == DBC_OK) {
        *err = *held;
    }
    return -1;
}

static int fetch_pifs(struct dbc_xapi *x, struct dbc_db *db, const char *host,
                      struct dbc_error *err)
{
    struct dbc_error refused = DBC_ERROR_INIT;
    char where[DBC_XAPI_REF_MAX + 32];

    if (strchr(host, '"') != NULL) { /* which an expression cannot quote */
        return fetch_records(x, db, DBC_PIF, host, NULL, err);
    }
    snprintf(where, sizeof where, "field \"host\"=\"%s\"", host);
    if (fetch_records(x, db, DBC_PIF, host, where, &refused) == 0) {
        return 0;
    }
    return cannot_filter(x) ? fetch_records(x, db, DBC_PIF, host, NULL, err)
                            : pass_on(&refused, err);
}

/* A release without tunnels does not know the method. */
static int fetch_tunnels(struct dbc_xapi *x, struct dbc_db *db, const char *host,
                         struct dbc_error *err)
{
    struct dbc_error refused = DBC_ERROR_INIT;

    if (fetch_records(x, db, DBC_TUNNEL, host, NULL, &refused) == 0 ||
        dbc_xapi_failed_with(x, "MESSAGE_METHOD_UNKNOWN")) {
        return 0;
    }
    return pass_on(&refused, err);
}

/* Stores the host's reference in `ref`. */
static int find_host(struct dbc_xapi *x, const char *uuid, const struct dbc_log *log,
                     char ref[DBC_XAPI_REF_MAX + 1], struct dbc_error *err)
{
    const char *const params[] = { uuid, NULL };
    struct dbc_xapi_tree answer = DBC_XAPI_TREE_INIT;
    const char *text = NULL;
    int rc = -1;

    dbc_logf(log, DBC_LOG_INFO, "host uuid is %s", uuid);
    if (dbc_xapi_stream(x, "host.get_by_uuid", params, &dbc_xapi_tree_sink, &answer, err) != 0) {
        goto out;
    }
    text = dbc_xapi_text(answer.root);
    if (dbc_ref_is_null(text) || strlen(text) > DBC_XAPI_REF_MAX) {
        dbc_fail(err, DBC_EPARSE, "host.get_by_uuid: expected the reference of a host");
        goto out;
    }
    memcpy(ref, text, strlen(text) + 1);
    rc = 0;
out:
    dbc_xapi_tree_release(&answer);
    return rc;
}

static int fetch_all(struct dbc_xapi *x, const struct dbc_xapi_request *request,
                     const struct dbc_log *log, struct dbc_db *db, struct dbc_error *err)
{
    static const enum dbc_class rest[] = { DBC_POOL, DBC_VLAN, DBC_BOND, DBC_NETWORK };
    char host[DBC_XAPI_REF_MAX + 1];

    if (find_host(x, request->host_uuid, log, host, err) != 0 ||
        fetch_pifs(x, db, host, err) != 0 || fetch_tunnels(x, db, host, err) != 0) {
        return -1;
    }
    for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++) {
        if (fetch_records(x, db, rest[i], host, NULL, err) != 0) {
            return -1;
        }
    }
    return 0;
}

static struct dbc_db *fetch_once(const struct dbc_xapi_request *request, const struct dbc_log *log,
                                 bool *stale_out, struct dbc_error *err)
{
    struct dbc_xapi *x = dbc_xapi_open(request, log, err);
    struct dbc_db *db = x != NULL ? dbc_db_new(err) : NULL;
    int rc = -1;

    if (db != NULL && dbc_db_set_source(db, "xapi", err) == 0) {
        rc = fetch_all(x, request, log, db, err);
        *stale_out = rc != 0 && dbc_xapi_failed_with(x, "SESSION_INVALID");
    }
    dbc_xapi_close(x);
    if (rc != 0 || dbc_db_index(db, err) != 0) {
        dbc_db_free(db);
        return NULL;
    }
    return db;
}

static int find_pif(const struct dbc_db *db, const struct dbc_xapi_request *request,
                    const struct dbc_pif **out, struct dbc_error *err)
{
    const struct dbc_pif *pif = NULL;

    if (request->pif != NULL) {
        pif = dbc_db_pif(db, request->pif);
    } else if (request->pif_uuid != NULL) {
        pif = (const struct dbc_pif *)dbc_db_find_uuid(db, DBC_PIF, request->pif_uuid);
    }
    if (out != NULL) {
        *out = pif;
    }
    if (pif == NULL && (request->pif != NULL || request->pif_uuid != NULL)) {
        return dbc_fail(err, DBC_ENOENT, "XAPI knows no PIF %s on this host",
                        request->pif != NULL ? request->pif : request->pif_uuid);
    }
    return 0;
}

int dbc_xapi_fetch(const struct dbc_xapi_request *request, const struct dbc_log *log,
                   struct dbc_db **db_out, const struct dbc_pif **pif_out, struct dbc_error *err)
{
    struct dbc_error first = DBC_ERROR_INIT;
    bool stale = false;
    struct dbc_db *db = fetch_once(request, log, &stale, &first);

    /* XAPI drops the oldest sessions when there are too many; we can log in again. */
    if (db == NULL && stale && request->session == NULL) {
        db = fetch_once(request, log, &stale, err);
    } else if (db == NULL) {
        pass_on(&first, err);
    }
    if (db == NULL) {
        return -1;
    }
    if (find_pif(db, request, pif_out, err) != 0) {
        dbc_db_free(db);
        return -1;
    }
    *db_out = db;
    return 0;
}
