/* test_json.c - JSON written piece by piece: its text, and that another library reads the same. */
#include <math.h>

#include "unit/test.h"

#include <jansson.h>

#include "base/json.h"
#include "unit/fail_alloc.h"

#include "base/buf.c"

static void write_sample(struct dbc_json *json)
{
    dbc_json_open(json, NULL, '{');
    dbc_json_text(json, "a", "x");
    dbc_json_text(json, "none", NULL);
    dbc_json_open(json, "empty", '[');
    dbc_json_close(json, ']');
    dbc_json_open(json, "list", '[');
    dbc_json_int(json, NULL, INT64_MIN);
    dbc_json_open(json, NULL, '{');
    dbc_json_bool(json, "yes", true);
    dbc_json_bool(json, "no", false);
    dbc_json_close(json, '}');
    dbc_json_close(json, ']');
    dbc_json_close(json, '}');
}

TEST(lines_and_one_line)
{
    struct dbc_buf buf = DBC_BUF_INIT;
    struct dbc_json lines = DBC_JSON_LINES(&buf), one = DBC_JSON_ONE_LINE(&buf);

    write_sample(&lines);
    assert_string_equal(buf.data, "{\n"
                                  "  \"a\": \"x\",\n"
                                  "  \"none\": null,\n"
                                  "  \"empty\": [],\n"
                                  "  \"list\": [\n"
                                  "    -9223372036854775808,\n"
                                  "    {\n"
                                  "      \"yes\": true,\n"
                                  "      \"no\": false\n"
                                  "    }\n"
                                  "  ]\n"
                                  "}");
    dbc_buf_clear(&buf);
    write_sample(&one);
    assert_string_equal(buf.data, "{\"a\": \"x\", \"none\": null, \"empty\": [], \"list\": "
                                  "[-9223372036854775808, {\"yes\": true, \"no\": false}]}");
    dbc_buf_release(&buf);
}

TEST(several_values)
{
    struct dbc_buf buf = DBC_BUF_INIT;
    struct dbc_json one = DBC_JSON_ONE_LINE(&buf);

    dbc_json_open(&one, NULL, '[');
    for (int i = 0; i < 40; i++) {
        dbc_json_open(&one, NULL, '[');
    }
    dbc_json_int(&one, NULL, 7);
    for (int i = 0; i < 40; i++) {
        dbc_json_close(&one, ']');
    }
    dbc_json_text(&one, NULL, "z");
    dbc_json_close(&one, ']');
    assert_int_equal(buf.len, 1 + 40 + 1 + 40 + strlen(", \"z\"") + 1);
    dbc_buf_release(&buf);
}

/* A name that is kept and added by the caller gives the same text. */
TEST(name_before)
{
    struct dbc_buf kept = DBC_BUF_INIT, buf = DBC_BUF_INIT, want = DBC_BUF_INIT;
    struct dbc_json before = { .out = &kept, .depth = 1, .inside = true };
    struct dbc_json json = DBC_JSON_ONE_LINE(&buf), plain = DBC_JSON_ONE_LINE(&want);

    dbc_json_open(&plain, NULL, '{');
    dbc_json_text(&plain, "a", "x");
    dbc_json_int(&plain, "b\"c", 7);
    dbc_json_close(&plain, '}');
    dbc_json_open(&json, NULL, '{');
    dbc_json_text(&json, "a", "x");
    dbc_json_before(&before, "b\"c");
    dbc_buf_add(&buf, kept.data, kept.len);
    json.inside = false;
    dbc_json_int(&json, NULL, 7);
    dbc_json_close(&json, '}');
    assert_string_equal(buf.data, want.data);
    dbc_buf_release(&kept);
    dbc_buf_release(&buf);
    dbc_buf_release(&want);
}

/* Twenty levels are more blanks than are written at once. */
TEST(deep)
{
    struct dbc_buf buf = DBC_BUF_INIT;
    struct dbc_json json = DBC_JSON_LINES(&buf);
    const char *found = NULL;

    for (int i = 0; i < 20; i++) {
        dbc_json_open(&json, NULL, '[');
    }
    dbc_json_int(&json, NULL, 1);
    found = strrchr(buf.data, '\n');
    assert_non_null(found);
    assert_int_equal(strspn(found + 1, " "), 40);
    assert_string_equal(found + 41, "1");
    dbc_buf_release(&buf);
}

/* `text` as name and as value, read by jansson; `want` is what it should be. */
static void assert_read_back(const char *text, const char *want)
{
    struct dbc_buf buf = DBC_BUF_INIT;
    struct dbc_json json = DBC_JSON_ONE_LINE(&buf);
    json_t *read = NULL;

    dbc_json_open(&json, NULL, '{');
    dbc_json_text(&json, text, text);
    dbc_json_close(&json, '}');
    read = json_loadb(buf.data, buf.len, 0, NULL);
    assert_non_null(read);
    assert_string_equal(json_string_value(json_object_get(read, want)), want);
    json_decref(read);
    dbc_buf_release(&buf);
}

TEST(reals)
{
    static const struct {
        double number;
        const char *text;
    } rows[] = {
        { 0.0, "0.0" },
        { -0.0, "-0.0" },
        { 2.0, "2.0" },
        { 0.1, "0.10000000000000001" },
        { 1e300, "1.0000000000000001e+300" },
        { 1e21, "1e+21" },
        { INFINITY, "null" },
        { -INFINITY, "null" },
        { NAN, "null" },
    };
    struct dbc_buf buf = DBC_BUF_INIT;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dbc_json one = DBC_JSON_ONE_LINE(&buf);
        dbc_json_real(&one, NULL, rows[i].number);
        assert_string_equal(buf.data, rows[i].text);
        dbc_buf_clear(&buf);
    }
    dbc_buf_release(&buf);
}

TEST(every_byte)
{
    for (int c = 1; c < 0x80; c++) {
        const char text[] = { 'a', (char)c, 'b', '\0' }, alone[] = { (char)c, '\0' };
        assert_read_back(text, text);
        assert_read_back(alone, alone);
    }
    assert_read_back("", "");
    assert_read_back("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"",
                     "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"");
}

/* Texts are looked at eight bytes at a time: each byte in each place of each length. */
TEST(every_place)
{
    static const char bytes[] = { 0x01, 0x1f, 0x20, 0x21, '"', '#', '[', '\\', ']', 0x7e, 0x7f };

    for (size_t len = 1; len < 26; len++) {
        for (size_t at = 0; at < len; at++) {
            for (size_t i = 0; i < sizeof bytes; i++) {
                char text[32] = "";
                memset(text, 'x', len);
                text[at] = bytes[i];
                assert_read_back(text, text);
                if (at + 1 < len) {
                    memcpy(text + at, "\xc3\xa9", 2);
                    assert_read_back(text, text);
                }
            }
        }
    }
}

TEST(no_utf8)
{
    assert_read_back("a\xff", "a\\xff");
    assert_read_back("abcdefghij\xff", "abcdefghij\\xff");
    assert_read_back("\xc3", "\\xc3");
    assert_read_back("\xe2\x82", "\\xe2\\x82");
    assert_read_back("\xc0\x80", "\\xc0\\x80");
    assert_read_back("\xed\xa0\x80", "\\xed\\xa0\\x80");
}

TEST(escapes)
{
    struct dbc_buf buf = DBC_BUF_INIT;
    struct dbc_json json = DBC_JSON_ONE_LINE(&buf);

    dbc_json_text(&json, NULL, "\"\\\b\f\n\r\t\x01\x1f\x7f/");
    assert_string_equal(buf.data, "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001F\x7f/\"");
    dbc_buf_release(&buf);
}

TEST(without_memory)
{
    bool failed = true;

    for (int n = 0; failed; n++) {
        struct dbc_buf buf = DBC_BUF_INIT;
        struct dbc_json json = DBC_JSON_LINES(&buf);
        allocs_left = n;
        write_sample(&json);
        dbc_json_text(&json, NULL, "\xff");
        failed = alloc_failed();
        assert_int_equal(buf.failed, failed);
        dbc_buf_release(&buf);
        assert_true(n < 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_and_one_line),
        cmocka_unit_test(several_values),
        cmocka_unit_test(name_before),
        cmocka_unit_test(deep),
        cmocka_unit_test(reals),
        cmocka_unit_test(every_byte),
        cmocka_unit_test(every_place),
        cmocka_unit_test(no_utf8),
        cmocka_unit_test(escapes),
        cmocka_unit_test(without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
