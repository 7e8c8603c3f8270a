/* fetch_main.c - fetches a host's records and prints them as a network.dbcache: what the tests of
 * this folder run, and a way to look at what a server says.
 *
 * usage: xapi_fetch [-s SESSION] [-p REF | -u UUID] [-t MS] [-m MODULE] [-c] [-r N] SOCKET... --
 * UUID xapi_fetch [-s SESSION] [-t MS] -x METHOD SOCKET... -- [PARAM...] UUID is the host's.  -m
 * loads the module instead of the library linked in; -c prints client CPU time and peak memory on
 * stderr; -r fetches N times and prints how each ended; -x calls one method and prints its value.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../bench/measure.h"
#include "xapi/module.h"
#include "xml/writer.h"

struct options {
    struct dbc_xapi_request request;
    const char *module, *method;
    unsigned long times;
    bool cost;
    const char **rest;
};

static void print_line(void *ctx, enum dbc_level level, const char *text)
{
    (void)ctx;
    fprintf(stderr, "%s%s\n", level == DBC_LOG_INFO ? "" : "warning: ", text);
}

static void print_cost(void)
{
    fprintf(stderr, "cost: cpu %.0f us, peak %u KiB\n", measure_self_us(), measure_peak_kib());
}

static void print_value(const struct dbc_xapi_value *value, int indent)
{
    for (; value != NULL; value = value->next) {
        printf("%*s%s%s%s\n", indent, "", value->name, value->name[0] != '\0' ? ": " : "",
               value->kind == DBC_XAPI_ARRAY    ? "[]"
               : value->kind == DBC_XAPI_STRUCT ? "{}"
                                                : value->text);
        print_value(value->first, indent + 2);
    }
}

static int call_one(const struct options *o, const struct dbc_log *log, struct dbc_error *err)
{
    struct dbc_xapi_tree answer = DBC_XAPI_TREE_INIT;
    struct dbc_xapi *xapi = dbc_xapi_open(&o->request, log, err);
    int rc = -1;

    if (xapi != NULL && dbc_xapi_call(xapi, o->method, o->rest, &answer, err) == 0) {
        print_value(answer.root, 0);
        rc = 0;
    }
    for (size_t i = 0; xapi != NULL && i < dbc_xapi_failure(xapi)->n; i++) {
        printf("failure: %s\n", dbc_xapi_failure(xapi)->v[i]);
    }
    dbc_xapi_tree_release(&answer);
    dbc_xapi_close(xapi);
    return rc;
}

static int print_db(const struct dbc_db *db, const struct dbc_pif *pif, struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    int rc = dbc_xml_format(db, &text, err);

    if (rc == 0) {
        fputs(dbc_buf_str(&text), stdout);
        if (pif != NULL) {
            fprintf(stderr, "pif: %s\n", pif->uuid);
        }
    }
    dbc_buf_release(&text);
    return rc;
}

static int fetch(const struct options *o, const struct dbc_log *log, struct dbc_error *err)
{
    const struct dbc_xapi_module *module = NULL;
    const struct dbc_pif *pif = NULL;
    struct dbc_db *db = NULL;
    int rc = -1;

    if (o->module != NULL) {
        module = dbc_xapi_load(o->module, err);
        if (module == NULL) {
            return -1;
        }
    }
    rc = (module != NULL ? module->fetch : dbc_xapi_fetch)(&o->request, log, &db, &pif, err);
    if (o->cost) {
        print_cost();
    }
    if (rc == 0 && o->times == 0) {
        rc = print_db(db, pif, err);
    }
    dbc_db_free(db);
    return rc;
}

static int fetch_often(const struct options *o)
{
    for (unsigned long i = 1; i <= o->times; i++) {
        struct dbc_error err = DBC_ERROR_INIT;
        int rc = fetch(o, NULL, &err);

        printf("run %lu: %s %d: %s\n", i, rc == 0 ? "ok" : "error", (int)err.code, err.text);
    }
    return 0;
}

/* Sockets up to "--", then the rest; getopt leaves them in order because of the leading '+'. */
static bool read_options(int argc, char **argv, struct options *o, const char **words)
{
    int opt = 0, n = 0;

    while ((opt = getopt(argc, argv, "+s:p:u:t:m:x:r:c")) != -1) {
        switch (opt) {
        case 's':
            o->request.session = optarg;
            break;
        case 'p':
            o->request.pif = optarg;
            break;
        case 'u':
            o->request.pif_uuid = optarg;
            break;
        case 't':
            o->request.timeout_ms = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 'm':
            o->module = optarg;
            break;
        case 'x':
            o->method = optarg;
            break;
        case 'r':
            o->times = strtoul(optarg, NULL, 10);
            break;
        case 'c':
            o->cost = true;
            break;
        default:
            return false;
        }
    }
    for (; optind + n < argc; n++) {
        words[n] = strcmp(argv[optind + n], "--") == 0 ? NULL : argv[optind + n];
        if (words[n] == NULL && o->rest == NULL) {
            o->rest = words + n + 1;
        }
    }
    o->request.sockets = words;
    return o->rest != NULL && words[0] != NULL && (o->method != NULL || o->rest[0] != NULL);
}

int main(int argc, char **argv)
{
    struct options o = { .request = { .originator = "xapi_fetch" } };
    const struct dbc_log log = { print_line, NULL };
    struct dbc_error err = DBC_ERROR_INIT;
    const char **words = calloc((size_t)argc + 1, sizeof *words);
    char text[DBC_ERROR_TEXT_SIZE + DBC_ERROR_FILE_SIZE + 32];
    int rc = 2;

    if (words == NULL) {
        fprintf(stderr, "error %d: out of memory\n", DBC_ENOMEM);
        return 1;
    }
    if (!read_options(argc, argv, &o, words)) {
        fprintf(stderr, "usage: xapi_fetch [OPTION...] SOCKET... -- HOST-UUID (see the source)\n");
        goto out;
    }
    o.request.host_uuid = o.rest[0];
    if (o.times > 0) {
        rc = fetch_often(&o);
        goto out;
    }
    rc = (o.method != NULL ? call_one(&o, &log, &err) : fetch(&o, &log, &err)) == 0 ? 0 : 1;
    if (rc != 0) {
        fprintf(stderr, "error %d: %s\n", (int)err.code, dbc_error_string(&err, text, sizeof text));
    }
out:
    free(words);
    return rc;
}
