/* test_ovsdb_parse.c - JSON text as a tree: the same as jansson's own reader makes, and as strict.
 */
#include "unit/test.h"

#include "reconfigure/host/ovsdb_priv.h"

static enum dbc_code load_code(const char *text, json_t **value)
{
    size_t len = strlen(text);
    char *copy = malloc(len + 1); /* without the NUL, so that sanitizers see a read behind it */
    struct ifr_ovsdb_span span = { copy + 1, len };
    struct dbc_error err = DBC_ERROR_INIT;

    assert_non_null(copy);
    memcpy(copy + 1, text, len);
    *value = ifr_ovsdb_load(span, &err);
    free(copy);
    assert_int_equal(*value == NULL, err.code != DBC_OK);
    return err.code;
}

TEST(right)
{
    static const char *const texts[] = {
        "null",
        " true ",
        "\tfalse\r\n",
        "0",
        "-0",
        "-12",
        "9223372036854775807",
        "-9223372036854775808",
        "1.5",
        "-0.25e-3",
        "1E+2",
        "5e-324",
        "1e0",
        "\"\"",
        "\"a\"",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\\u0001\\u007f\\u0080\\u07ff\\u0800\\uFFFF\\uABcd\"",
        "\"\\ud83d\\ude00\\uD800\\uDC00\\udbff\\udfff\"",
        "\"\x7f\"",
        "\"\xc3\xa4\xe2\x82\xac\"",
        "\"\xf0\x9f\x98\x80\"",
        "[]",
        "[ ]",
        "[1]",
        "[1 , [ ] , {}]",
        "{}",
        "{ }",
        "{\"a\":1 , \"b\" : [2],\"\":\"\"}",
        "{\"a\":{\"a\":{\"a\":[]}}}",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_t *theirs = json_loads(texts[i], JSON_DECODE_ANY, NULL), *ours = NULL;
        if (load_code(texts[i], &ours) != DBC_OK || !json_equal(ours, theirs)) {
            fail_msg("%s", texts[i]);
        }
        json_decref(ours);
        json_decref(theirs);
    }
}

static const char *const wrong_texts[] = {
    "",
    " ",
    "nul",
    "nulll",
    "True",
    "01",
    "-",
    "-01",
    "+1",
    "1.",
    ".5",
    "1e",
    "1e+",
    "1.e1",
    "0x1",
    "1 2",
    "9223372036854775808",
    "-9223372036854775809",
    "1e400",
    "NaN",
    "Infinity",
    "\"",
    "\"a",
    "\"\\",
    "\"\\\"",
    "\"\\x\"",
    "\"\\u12\"",
    "\"\\u123g\"",
    "\"\\u0000\"",
    "\"\\ud83d\"",
    "\"\\ud83dx\"",
    "\"\\ud83d\\n\"",
    "\"\\ud83d\\u0041\"",
    "\"\\ud83d\\",
    "\"\\ud83d\\xde00\"",
    "\"\\ud83dxude00\"",
    "\"\\ude00\"",
    "\"\\ude00\\ude00\"",
    "\"\n\"",
    "\"\x1f\"",
    "\"\x80\"",
    "\"\xc0\x80\"",
    "\"\xed\xa0\x80\"",
    "\"\xf4\x90\x80\x80\"",
    "\"\xc3\"",
    "\"\xe2\x82\"",
    "[",
    "[1",
    "[1,",
    "[1,]",
    "[,1]",
    "[1 2]",
    "[1}",
    "{",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":1",
    "{\"a\":1,",
    "{\"a\":1,}",
    "{a:1}",
    "{1:1}",
    "{\"a\" 1}",
    "{\"a\":1]",
    "{\"a\":1,\"a\":1}",
    "{\"a\":1,\"\\u0061\":1}",
    "[] []",
    "]",
    "}",
    ":",
    ",",
};

TEST(wrong)
{
    for (size_t i = 0; i < sizeof wrong_texts / sizeof *wrong_texts; i++) {
        json_t *ours = NULL;
        if (load_code(wrong_texts[i], &ours) != DBC_EPARSE) {
            fail_msg("%s is taken", wrong_texts[i]);
        }
        assert_null(json_loads(wrong_texts[i], JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL));
    }
}

/* What jansson would take, and nobody sends. */
TEST(stricter)
{
    char text[200];
    json_t *value = NULL;

    memset(text, '1', sizeof text);
    text[0] = text[64] = '\0';
    memcpy(text, "0.", 2);
    assert_int_equal(load_code(text, &value), DBC_OK);
    json_decref(value);
    text[64] = '1';
    text[65] = '\0';
    assert_int_equal(load_code(text, &value), DBC_EPARSE);
    for (int depth = IFR_OVSDB_DEPTH_MAX; depth <= IFR_OVSDB_DEPTH_MAX + 1; depth++) {
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        text[2 * depth] = '\0';
        assert_int_equal(load_code(text, &value),
                         depth > IFR_OVSDB_DEPTH_MAX ? DBC_EPARSE : DBC_OK);
        json_decref(value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right),
        cmocka_unit_test(wrong),
        cmocka_unit_test(stricter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
