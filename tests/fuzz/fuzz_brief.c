/* fuzz_brief.c - what ovs-xapi-sync reads of an answer of XAPI: some keys of many records, or the
 * events of event.from.
 *
 * The lowest bit of the first byte chooses between the two, the other bits how large the pieces
 * are; the rest is the body of the answer.  Checked beside "no crash": the cut into pieces makes no
 * difference to the records that are reported, and a deleted record has a reference and nothing
 * else. */
#include <stdint.h>
#include <stdlib.h>

#include "../xapi/answers.h"
#include "answer_mutator.h"
#include "xapi/brief.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const keys[] = { "nicira-bridge-id", "vswitch-controller-fail-mode",
                                    "vswitch-disable-in-band", NULL };
#define N_KEYS (sizeof keys / sizeof keys[0] - 1)

static int show(void *ctx, const struct dbc_xapi_brief_record *record, struct dbc_error *err)
{
    struct dbc_buf *out = ctx;

    (void)err;
    dbc_buf_addf(out, "%s %s %s %s %d\n", record->class_, record->ref, record->uuid, record->bridge,
                 record->gone);
    if (record->gone && (record->uuid[0] != '\0' || record->bridge[0] != '\0')) {
        abort();
    }
    for (size_t i = 0; i < N_KEYS; i++) {
        if (record->gone && record->value[i] != NULL) {
            abort();
        }
        dbc_buf_addf(out, " %s\n", record->value[i] != NULL ? record->value[i] : "-");
    }
    return 0;
}

static void records(bool events, const char *data, size_t len, size_t piece, struct dbc_buf *out)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_xapi_response response;
    struct dbc_xapi_brief brief;
    int rc = -1;

    dbc_xapi_brief_init(&brief, events, keys, show, out);
    rc = answer_feed(data, len, piece, &dbc_xapi_brief_sink, &brief, &response, &err);
    if ((rc == 0) != (err.code == DBC_OK)) {
        abort(); /* a failure that does not say why, or the reverse */
    }
    dbc_buf_addf(out, "%d %s", (int)err.code, rc == 0 ? dbc_buf_str(&brief.token) : "");
    dbc_xapi_response_release(&response);
    dbc_xapi_brief_release(&brief);
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
    records(data[0] & 1, text, size - 1, size, &whole);
    records(data[0] & 1, text, size - 1, 1u + data[0] / 2, &cut);
    if (strcmp(dbc_buf_str(&whole), dbc_buf_str(&cut)) != 0) {
        abort();
    }
    dbc_buf_release(&whole);
    dbc_buf_release(&cut);
    return 0;
}
