/* test_xapi_http.c - how a daemon asks XAPI: HTTP answers in every framing and in pieces of every
 * size (http.c), and the few fields of records that are read (brief.c). */
#include "unit/test.h"

#include "unit/xapi_pieces.h"
#include "xapi/brief.h"
#include "xapi/http.h"

/* ---- HTTP ---------------------------------------------------------------------------------- */

static int take(void *ctx, const char *data, size_t len, struct dbc_error *err)
{
    (void)err;
    dbc_buf_add(ctx, data, len);
    return 0;
}

/* 1 or 0 of the last piece, or -1; then the connection ends where it is 0. */
static int feed(const char *text, size_t piece, struct dbc_buf *body, struct dbc_error *err)
{
    struct dbc_http http;
    size_t len = strlen(text);
    int rc = 0;

    dbc_http_init(&http, "a call", take, body);
    for (size_t at = 0; rc == 0 && at < len; at += piece) {
        rc = dbc_http_add(&http, text + at, piece < len - at ? piece : len - at, err);
    }
    if (rc == 0) {
        rc = dbc_http_end(&http, err);
    }
    dbc_http_release(&http);
    return rc < 0 ? -1 : 0;
}

static void expect(const char *text, enum dbc_code code, const char *wanted)
{
    for (size_t i = 0; i < N_PIECES; i++) {
        struct dbc_buf body = DBC_BUF_INIT;
        struct dbc_error err = DBC_ERROR_INIT;
        int rc = feed(text, pieces[i], &body, &err);

        if (err.code != code || (rc == 0) != (code == DBC_OK) ||
            (code == DBC_OK && strcmp(dbc_buf_str(&body), wanted) != 0) ||
            (code != DBC_OK && strstr(err.text, wanted) == NULL)) {
            fail_msg("pieces of %zu of \"%.60s\": %d \"%s\" \"%s\"", pieces[i], text, (int)err.code,
                     err.text, dbc_buf_str(&body));
        }
        dbc_buf_release(&body);
    }
}

#define OK "HTTP/1.1 200 OK\r\n"

TEST(test_framings)
{
    expect(OK "content-length: 5\r\n\r\nhello", DBC_OK, "hello");
    expect(OK "Content-Length:5\r\nX: y\r\n\r\nhello and more", DBC_OK, "hello");
    expect(OK "Content-Length: 0\r\n\r\n", DBC_OK, "");
    expect("HTTP/1.0 200 OK\n\nhello\r\nyou", DBC_OK, "hello\r\nyou");
    expect(OK "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nA: b\r\n\r\n",
           DBC_OK, "hello");
    expect(OK "transfer-encoding:Chunked\r\n\r\n0005\r\nhello\r\n0\r\n\r\n", DBC_OK, "hello");
}

TEST(test_broken_off)
{
    expect("", DBC_EIO, "broke after 0 bytes");
    expect(OK "content-length: 5\r\n\r\nhell", DBC_EIO, "broke after 4 bytes");
    expect(OK "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n", DBC_EIO, "broke after 5");
    expect(OK "transfer-encoding: chunked\r\n\r\n0\r\nA: b\r\n", DBC_EIO, "broke");
    expect(OK "content-length: 5\r\n", DBC_EIO, "broke after 0");
}

TEST(test_no_http)
{
    expect("220 mail ready\r\n", DBC_EPARSE, "no status line");
    expect("HTTP/1.1\r\n", DBC_EPARSE, "no status line");
    expect("HTTP/1.1 500 Internal Error\r\n\r\npage", DBC_EIO, "HTTP status 500");
    expect(OK "no colon\r\n\r\n", DBC_EPARSE, "a header without a colon");
    expect(OK "content-length: -5\r\n\r\n", DBC_EPARSE, "a Content-Length that is no number");
    expect(OK "content-length:\r\n\r\n", DBC_EPARSE, "a Content-Length that is no number");
    expect(OK "content-length: 5, 5\r\n\r\n", DBC_EPARSE, "a Content-Length that is no number");
    expect(OK "content-length: 268435457\r\n\r\n", DBC_ELIMIT, "DBC_XAPI_ANSWER_MAX");
    expect(OK "content-length: 99999999999999999999999\r\n\r\n", DBC_ELIMIT,
           "an answer of 99999999999999999999 bytes");
    expect(OK "transfer-encoding: chunked\r\n\r\nx\r\n", DBC_EPARSE, "a chunk without a size");
    expect(OK "transfer-encoding: chunked\r\n\r\n12345678\r\n", DBC_EPARSE, "without a size");
    expect(OK "transfer-encoding: chunked\r\n\r\n3\r\nhello\r\n", DBC_EPARSE, "too long");
}

TEST(test_heads_are_limited)
{
    struct dbc_buf text = DBC_BUF_INIT;

    dbc_buf_adds(&text, OK "x: ");
    add_times(&text, "y", DBC_HTTP_LINE_MAX);
    expect(dbc_buf_str(&text), DBC_ELIMIT, "a line of more than 8192 bytes (DBC_HTTP_LINE_MAX)");
    dbc_buf_clear(&text);
    dbc_buf_adds(&text, OK);
    add_times(&text, "x: y\r\n", DBC_HTTP_HEAD_MAX / 6);
    expect(dbc_buf_str(&text), DBC_ELIMIT, "DBC_HTTP_HEAD_MAX");
    dbc_buf_release(&text);
}

/* ---- Records ------------------------------------------------------------------------------- */

static int show(void *ctx, const struct dbc_xapi_brief_record *r, struct dbc_error *err)
{
    struct dbc_buf *shown = ctx;

    (void)err;
    dbc_buf_addf(shown, "%s%s%s uuid=%s bridge=%s a=%s b=%s;", r->class_, r->gone ? " gone " : " ",
                 r->ref, r->uuid, r->bridge, r->value[0] != NULL ? r->value[0] : "-",
                 r->value[1] != NULL ? r->value[1] : "-");
    return 0;
}

static void expect_brief(bool events, const char *value, enum dbc_code code, const char *wanted)
{
    static const char *const keys[] = { "a", "b", NULL };
    struct dbc_buf answer = DBC_BUF_INIT;

    dbc_buf_addf(&answer, HEAD "<value>%s</value>" TAIL, value);
    for (size_t i = 0; i < N_PIECES; i++) {
        struct dbc_buf shown = DBC_BUF_INIT;
        struct dbc_error err = DBC_ERROR_INIT;
        struct dbc_xapi_response response;
        struct dbc_xapi_brief brief;

        dbc_xapi_brief_init(&brief, events, keys, show, &shown);
        answer_feed(answer.data, answer.len, pieces[i], &dbc_xapi_brief_sink, &brief, &response,
                    &err);
        dbc_buf_adds(&shown, dbc_buf_str(&brief.token));
        if (err.code != code || (code == DBC_OK && strcmp(dbc_buf_str(&shown), wanted) != 0) ||
            (code != DBC_OK && strstr(err.text, wanted) == NULL)) {
            fail_msg("pieces of %zu of \"%s\": %d \"%s\" \"%s\"", pieces[i], value, (int)err.code,
                     err.text, dbc_buf_str(&shown));
        }
        dbc_xapi_response_release(&response);
        dbc_xapi_brief_release(&brief);
        dbc_buf_release(&shown);
    }
    dbc_buf_release(&answer);
}

#define M(name, value) "<member><name>" name "</name><value>" value "</value></member>"
#define S(members) "<struct>" members "</struct>"
#define RECORD                                                                                     \
    S(M("VIFs", "<array><data><value>x</value></data></array>") M("uuid", "u1")                    \
          M("bridge", "<string>xapi0</string>") M("other_config", S(M("b", "2") M("c", "3")))      \
              M("blobs", S(M("a", "no"))))

TEST(test_brief_records)
{
    expect_brief(false, "<struct/>", DBC_OK, "");
    expect_brief(false, S(M("r1", RECORD) M("r2", S(M("other_config", S(M("a", "")))))), DBC_OK,
                 " r1 uuid=u1 bridge=xapi0 a=- b=2; r2 uuid= bridge= a= b=-;");
    expect_brief(false, "text", DBC_EPARSE, "a map of records");
    expect_brief(false, "<array><data/></array>", DBC_EPARSE, "a map of records");
    expect_brief(false, S(M("r1", "text")), DBC_EPARSE, "a map of records");
    expect_brief(false, S(M("r1", S(M("uuid", "<struct/>")))), DBC_EPARSE, "a map of records");
    expect_brief(false, S(M("r1", S(M("other_config", "text")))), DBC_EPARSE, "a map of records");
    expect_brief(false, S(M("r1", S(M("other_config", S(M("a", "<struct/>")))))), DBC_EPARSE,
                 "a map of records");
}

#define EVENT(members) "<value>" S(members) "</value>"
#define EVENTS(list) S(M("events", "<array><data>" list "</data></array>") M("token", "t,1"))

TEST(test_brief_events)
{
    expect_brief(true, EVENTS(""), DBC_OK, "t,1");
    expect_brief(true,
                 EVENTS(EVENT(M("id", "1") M("class", "network") M("operation", "mod")
                                  M("ref", "r1") M("snapshot", RECORD))
                            EVENT(M("class", "network") M("operation", "del") M("ref", "r2"))
                                EVENT(M("class", "pool") M("ref", "r3") M("snapshot", ""))),
                 DBC_OK,
                 "network r1 uuid=u1 bridge=xapi0 a=- b=2;"
                 "network gone r2 uuid= bridge= a=- b=-;"
                 "pool r3 uuid= bridge= a=- b=-;t,1");
    expect_brief(true, "text", DBC_EPARSE, "expected events");
    expect_brief(true, S(M("events", "text")), DBC_EPARSE, "expected events");
    expect_brief(true, EVENTS("<value>text</value>"), DBC_EPARSE, "expected events");
    expect_brief(true, EVENTS("<value><array><data/></array></value>"), DBC_EPARSE,
                 "expected events");
    expect_brief(true, S(M("token", "<struct/>")), DBC_EPARSE, "expected events");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_framings),      cmocka_unit_test(test_broken_off),
        cmocka_unit_test(test_no_http),       cmocka_unit_test(test_heads_are_limited),
        cmocka_unit_test(test_brief_records), cmocka_unit_test(test_brief_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
