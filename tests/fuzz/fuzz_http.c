/* fuzz_http.c - a hostile answer to an HTTP request: status, head and body in any framing.
 *
 * The first byte says how large the pieces are; the rest is what the server sends before it closes
 * the connection.  Checked beside "no crash": a failure has a reason, and the cut into pieces makes
 * no difference to the body or to the result. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "xapi/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int take(void *ctx, const char *data, size_t len, struct dbc_error *err)
{
    (void)err;
    dbc_buf_add(ctx, data, len);
    return 0;
}

/* The body, and behind it how it ended. */
static void answer(const char *data, size_t len, size_t piece, struct dbc_buf *out)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_http http;
    int rc = 0;

    dbc_http_init(&http, "answer", take, out);
    for (size_t at = 0; rc == 0 && at < len; at += piece) {
        rc = dbc_http_add(&http, data + at, len - at < piece ? len - at : piece, &err);
    }
    if (rc == 0) {
        rc = dbc_http_end(&http, &err);
    }
    if ((rc < 0) != (err.code != DBC_OK) || (rc < 0 && err.text[0] == '\0')) {
        abort(); /* a failure that does not say why, or the reverse */
    }
    dbc_buf_addf(out, " %d", rc < 0 ? (int)err.code : 0);
    dbc_http_release(&http);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data + 1;
    struct dbc_buf whole = DBC_BUF_INIT, cut = DBC_BUF_INIT;

    if (size < 2) {
        return 0;
    }
    answer(text, size - 1, size, &whole);
    answer(text, size - 1, 1u + data[0], &cut);
    if (whole.len != cut.len || memcmp(whole.data, cut.data, cut.len) != 0) {
        abort();
    }
    dbc_buf_release(&whole);
    dbc_buf_release(&cut);
    return 0;
}
