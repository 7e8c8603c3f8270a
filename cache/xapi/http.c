/* http.c - parses the answer to one HTTP request (http.h), which exchange.c reads. */
#include "xapi/http.h"

#include <string.h>
#include <strings.h>

#include "base/valid.h"

#define HEX_DIGITS 7 /* of a chunk's size, which stays below DBC_XAPI_ANSWER_MAX */

void dbc_http_init(struct dbc_http *http, const char *what, dbc_xapi_body_fn *take, void *ctx)
{
    *http = (struct dbc_http){ .what = what, .take = take, .ctx = ctx, .line = DBC_BUF_INIT };
}

void dbc_http_release(struct dbc_http *http)
{
    dbc_buf_release(&http->line);
}

static int no_http(const struct dbc_http *http, const char *found, struct dbc_error *err)
{
    return dbc_fail(err, DBC_EPARSE, "%s: XAPI does not speak HTTP (%s)", http->what, found);
}

/* ---- Lines --------------------------------------------------------------------------------- */

static int status_line(struct dbc_http *http, const char *line, struct dbc_error *err)
{
    const char *code = strchr(line, ' ');

    if (strncmp(line, "HTTP/", 5) != 0 || code == NULL || strlen(code) < 4) {
        return no_http(http, "no status line", err);
    }
    if (strncmp(code, " 200", 4) != 0) {
        return dbc_fail(err, DBC_EIO, "%s: HTTP status %.3s from XAPI", http->what, code + 1);
    }
    http->state = DBC_HTTP_HEADERS;
    return 0;
}

static int body_begins(struct dbc_http *http)
{
    http->head = 0;
    http->state = http->chunked       ? DBC_HTTP_CHUNK_SIZE
                  : !http->has_length ? DBC_HTTP_TO_END
                  : http->left > 0    ? DBC_HTTP_LENGTH
                                      : DBC_HTTP_DONE;
    return 0;
}

static int content_length(struct dbc_http *http, const char *value, struct dbc_error *err)
{
    http->has_length = true;
    if (dbc_parse_uint(value, DBC_XAPI_ANSWER_MAX, &http->left)) {
        return 0;
    }
    return *value == '\0' || value[strspn(value, "0123456789")] != '\0'
               ? no_http(http, "a Content-Length that is no number", err)
               : dbc_fail(err, DBC_ELIMIT, "%s: an answer of %.20s bytes (DBC_XAPI_ANSWER_MAX)",
                          http->what, value);
}

/* Releases differ in the names' case and in the blanks around a value. */
static int header_line(struct dbc_http *http, char *line, struct dbc_error *err)
{
    char *colon = strchr(line, ':'), *value = NULL;

    if (line[0] == '\0') {
        return body_begins(http);
    }
    if (colon == NULL) {
        return no_http(http, "a header without a colon", err);
    }
    *colon = '\0';
    value = colon + 1 + strspn(colon + 1, " \t");
    value[strcspn(value, " \t")] = '\0';
    if (strcasecmp(line, "Content-Length") == 0) {
        return content_length(http, value, err);
    }
    if (strcasecmp(line, "Transfer-Encoding") == 0) {
        http->chunked = strcasecmp(value, "chunked") == 0;
    }
    return 0;
}

static int chunk_line(struct dbc_http *http, const char *line, struct dbc_error *err)
{
    size_t n = 0;

    http->left = 0;
    for (; dbc_hex_digit(line[n]) >= 0 && n < HEX_DIGITS; n++) {
        http->left = http->left * 16 + (unsigned)dbc_hex_digit(line[n]);
    }
    if (n == 0 || strchr("; \t", line[n]) == NULL) {
        return no_http(http, "a chunk without a size", err);
    }
    http->head = 0;
    http->state = http->left > 0 ? DBC_HTTP_CHUNK : DBC_HTTP_TRAILER;
    return 0;
}

/* A whole line without its end. */
static int take_line(struct dbc_http *http, char *line, struct dbc_error *err)
{
    if (http->state == DBC_HTTP_STATUS) {
        return status_line(http, line, err);
    }
    if (http->state == DBC_HTTP_HEADERS) {
        return header_line(http, line, err);
    }
    if (http->state == DBC_HTTP_CHUNK_SIZE) {
        return chunk_line(http, line, err);
    }
    if (http->state == DBC_HTTP_CHUNK_END) {
        http->state = DBC_HTTP_CHUNK_SIZE;
        return line[0] == '\0' ? 0 : no_http(http, "a chunk that is too long", err);
    }
    http->state = line[0] == '\0' ? DBC_HTTP_DONE : DBC_HTTP_TRAILER;
    return 0;
}

static int check_limits(const struct dbc_http *http, size_t n, struct dbc_error *err)
{
    if (n > DBC_HTTP_LINE_MAX - http->line.len) {
        return dbc_fail(err, DBC_ELIMIT, "%s: a line of more than %zu bytes (DBC_HTTP_LINE_MAX)",
                        http->what, DBC_HTTP_LINE_MAX);
    }
    if (http->head > DBC_HTTP_HEAD_MAX) {
        return dbc_fail(err, DBC_ELIMIT, "%s: a head of more than %zu bytes (DBC_HTTP_HEAD_MAX)",
                        http->what, DBC_HTTP_HEAD_MAX);
    }
    return 0;
}

/* Takes bytes up to the end of a line.  Returns their number, or 0 with *err. */
static size_t add_line(struct dbc_http *http, const char *data, size_t len, struct dbc_error *err)
{
    const char *end = memchr(data, '\n', len);
    size_t n = end != NULL ? (size_t)(end - data) + 1 : len;
    int rc = 0;

    http->head += n;
    if (check_limits(http, n, err) != 0) {
        return 0;
    }
    dbc_buf_add(&http->line, data, n);
    if (http->line.failed) {
        dbc_fail_nomem(err);
        return 0;
    }
    if (end != NULL) {
        http->line.data[strcspn(http->line.data, "\r\n")] = '\0';
        rc = take_line(http, http->line.data, err);
        dbc_buf_clear(&http->line);
    }
    return rc == 0 ? n : 0;
}

/* ---- The body ------------------------------------------------------------------------------ */

/* Passes on bytes of the body.  Returns their number, or 0 with *err. */
static size_t add_body(struct dbc_http *http, const char *data, size_t len, struct dbc_error *err)
{
    size_t n = http->state != DBC_HTTP_TO_END && http->left < len ? (size_t)http->left : len;

    http->received += n;
    if (http->received > DBC_XAPI_ANSWER_MAX) {
        dbc_fail(err, DBC_ELIMIT, "%s: an answer of more than %u bytes (DBC_XAPI_ANSWER_MAX)",
                 http->what, DBC_XAPI_ANSWER_MAX);
        return 0;
    }
    if (http->take(http->ctx, data, n, err) != 0) {
        return 0;
    }
    if (http->state != DBC_HTTP_TO_END && (http->left -= n) == 0) {
        http->state = http->state == DBC_HTTP_CHUNK ? DBC_HTTP_CHUNK_END : DBC_HTTP_DONE;
    }
    return n;
}

static bool in_body(const struct dbc_http *http)
{
    return http->state == DBC_HTTP_LENGTH || http->state == DBC_HTTP_TO_END ||
           http->state == DBC_HTTP_CHUNK;
}

int dbc_http_add(struct dbc_http *http, const char *data, size_t len, struct dbc_error *err)
{
    while (len > 0 && http->state != DBC_HTTP_DONE) {
        size_t n = in_body(http) ? add_body(http, data, len, err) : add_line(http, data, len, err);
        if (n == 0) {
            return -1;
        }
        data += n;
        len -= n;
    }
    return http->state == DBC_HTTP_DONE ? 1 : 0;
}

int dbc_http_end(struct dbc_http *http, struct dbc_error *err)
{
    if (http->state == DBC_HTTP_TO_END) {
        http->state = DBC_HTTP_DONE;
    }
    return http->state == DBC_HTTP_DONE
               ? 0
               : dbc_fail(err, DBC_EIO,
                          "%s: the connection to XAPI broke after %zu bytes of the answer",
                          http->what, http->received);
}
