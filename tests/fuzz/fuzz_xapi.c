/* fuzz_xapi.c - a hostile answer of XAPI: as a tree of values, and as records of a host.
 *
 * The first byte chooses the class of the records and how large the pieces are; the rest is the
 * body of the answer.  Checked beside "no crash": the cut into pieces makes no difference to the
 * result, and records that are accepted fit a cache that is written, read and written again. */
#include <stdint.h>
#include <stdlib.h>

#include "../xapi/answers.h"
#include "answer_mutator.h"
#include "cache_again.h"
#include "xapi/records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char first_pif[] =
    "<methodResponse><params><param><value><struct><member><name>Status</name><value>Success"
    "</value></member><member><name>Value</name><value><struct><member><name>p1</name><value>"
    "<struct><member><name>host</name><value>me</value></member></struct></value></member></struct>"
    "</value></member></struct></value></param></params></methodResponse>";

static int feed_records(struct dbc_db *db, enum dbc_class class_, const char *data, size_t len,
                        size_t piece)
{
    struct dbc_xapi_records records;
    struct dbc_xapi_response response;
    struct dbc_error err = DBC_ERROR_INIT;
    int rc = -1;

    dbc_xapi_records_init(&records, db, class_, "me");
    rc = answer_feed(data, len, piece, &dbc_xapi_records_sink, &records, &response, &err);
    if ((rc == 0) != (err.code == DBC_OK)) {
        abort(); /* a failure that does not say why, or the reverse */
    }
    dbc_xapi_records_release(&records);
    dbc_xapi_response_release(&response);
    return rc;
}

/* The records as a cache's text; empty when the answer was refused. */
static void show_records(enum dbc_class class_, const char *data, size_t len, size_t piece,
                         struct dbc_buf *out)
{
    struct dbc_db *db = dbc_db_new(NULL);

    if (db == NULL) {
        return;
    }
    feed_records(db, DBC_PIF, first_pif, sizeof first_pif - 1, sizeof first_pif);
    if (feed_records(db, class_, data, len, piece) == 0 && dbc_db_index(db, NULL) == 0) {
        cache_again(db, no_damage, out);
    }
    dbc_db_free(db);
}

static void show_tree(const char *data, size_t len, size_t piece, struct dbc_buf *out)
{
    struct dbc_xapi_tree tree = DBC_XAPI_TREE_INIT;
    struct dbc_xapi_response response;

    if (answer_feed(data, len, piece, &dbc_xapi_tree_sink, &tree, &response, NULL) == 0) {
        answer_show(tree.root, out);
        for (size_t i = 0; i < response.failure.n; i++) {
            dbc_buf_addf(out, " %s", response.failure.v[i]);
        }
    }
    dbc_xapi_response_release(&response);
    dbc_xapi_tree_release(&tree);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    return mutate_xml(1, data, size, max, seed, change_answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data + 1;
    struct dbc_buf whole = DBC_BUF_INIT, cut = DBC_BUF_INIT;

    if (size < 2) {
        return 0;
    }
    show_tree(text, size - 1, size, &whole);
    show_tree(text, size - 1, 1u + data[0] / DBC_N_CLASSES, &cut);
    dbc_buf_addc(&whole, '\n');
    dbc_buf_addc(&cut, '\n');
    show_records(data[0] % DBC_N_CLASSES, text, size - 1, size, &whole);
    show_records(data[0] % DBC_N_CLASSES, text, size - 1, 1u + data[0] / DBC_N_CLASSES, &cut);
    if (strcmp(dbc_buf_str(&whole), dbc_buf_str(&cut)) != 0) {
        abort();
    }
    dbc_buf_release(&whole);
    dbc_buf_release(&cut);
    return 0;
}
