/* test_error.c - base/error.c: the first error is kept, texts are safe at every length. */
#include "unit/test.h"

#include <errno.h>

#include "base/error.h"
#include "base/valid.h"

TEST(first_error_stays)
{
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(dbc_fail(&err, DBC_EINVAL, "value %d of %s", 7, "mtu"), -1);
    assert_int_equal(dbc_fail(&err, DBC_EIO, "second"), -1);
    assert_int_equal(dbc_fail_errno(&err, EIO, "third"), -1);
    assert_int_equal(dbc_fail_nomem(&err), -1);
    assert_int_equal(dbc_fail_at(&err, DBC_EPARSE, "file", 1, 2, "fifth"), -1);
    assert_int_equal(err.code, DBC_EINVAL);
    assert_string_equal(err.text, "value 7 of mtu");
    assert_string_equal(err.file, "");
    assert_int_equal(err.sys_errno, 0);
    dbc_error_clear(&err);
    assert_int_equal(err.code, DBC_OK);
    assert_string_equal(err.text, "");
    dbc_fail_nomem(&err);
    assert_int_equal(err.code, DBC_ENOMEM);
    assert_string_equal(err.text, "out of memory");
}

TEST(null_is_fine)
{
    dbc_error_clear(NULL);
    assert_int_equal(dbc_fail(NULL, DBC_EIO, "%s", "x"), -1);
    assert_int_equal(dbc_fail_errno(NULL, EIO, "x"), -1);
    assert_int_equal(dbc_fail_nomem(NULL), -1);
    assert_int_equal(dbc_fail_at(NULL, DBC_EPARSE, "f", 1, 1, "x"), -1);
}

TEST(errno_gives_code_and_reason)
{
    static const struct {
        int errnum;
        enum dbc_code code;
        const char *text;
    } cases[] = {
        { EACCES, DBC_EIO, "cannot read x: Permission denied" },
        { ENOENT, DBC_ENOENT, "cannot read x: No such file or directory" },
        { ENOMEM, DBC_ENOMEM, "cannot read x: Cannot allocate memory" },
        { 99999, DBC_EIO, "cannot read x: Unknown error 99999" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dbc_error err = DBC_ERROR_INIT;
        dbc_fail_errno(&err, cases[i].errnum, "cannot read %s", "x");
        assert_int_equal(err.code, cases[i].code);
        assert_int_equal(err.sys_errno, cases[i].errnum);
        assert_string_equal(err.text, cases[i].text);
    }
}

TEST(reason_survives_a_long_text)
{
    struct dbc_error err = DBC_ERROR_INIT;
    char path[5000];

    memset(path, 'p', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    dbc_fail_errno(&err, ENOSPC, "cannot write %s", path);
    assert_int_equal(strlen(err.text), DBC_ERROR_TEXT_SIZE - 1);
    assert_non_null(strstr(err.text, "ppp...: No space left on device"));
}

TEST(control_characters_are_escaped)
{
    struct dbc_error err = DBC_ERROR_INIT;

    dbc_fail(&err, DBC_EINVAL, "a\n%s", "b\r\t\x1b[2J\x7f");
    assert_string_equal(err.text, "a\\x0ab\\x0d\\x09\\x1b[2J\\x7f");
    dbc_error_clear(&err);
    dbc_fail_at(&err, DBC_EPARSE, "na\nme\xff", 3, 0,
                "\xc2\x9b"
                "31m\xc3\xa4\xe2\x82\xac");
    assert_string_equal(err.text, "\\xc2\\x9b31m\xc3\xa4\xe2\x82\xac");
    assert_string_equal(err.file, "na\\x0ame\\xff");
}

TEST(bytes_that_are_no_utf8_are_escaped)
{
    static const char *const cases[][2] = {
        { "\x80", "\\x80" },
        { "\xc3", "\\xc3" },
        { "\xc0\xaf", "\\xc0\\xaf" },
        { "\xe2\x82z", "\\xe2\\x82z" },
        { "\xed\xa0\x80", "\\xed\\xa0\\x80" },
        { "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
        { "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
        { "\xc2\xa0", "\xc2\xa0" },
        { "\xe2\x80\xaex", "\\xe2\\x80\\xaex" },
        { "\xe2\x81\xa6", "\\xe2\\x81\\xa6" },
        { "\xe2\x80\xaf\xe2\x81\xaa", "\xe2\x80\xaf\xe2\x81\xaa" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[32];
        assert_int_equal(dbc_printable(out, sizeof out, cases[i][0]), strlen(cases[i][1]));
        assert_string_equal(out, cases[i][1]);
    }
}

/* Each size, each kind of character at the end: never too long, never half a character. */
TEST(every_size_is_safe)
{
    const char *text = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\n\xff"
                       "z\xc3\xa4\xc3\xa4";

    for (size_t size = 0; size < 40; size++) {
        char out[48];
        memset(out, '#', sizeof out);
        size_t len = dbc_printable(out, size, text);
        for (size_t i = size; i < sizeof out; i++) {
            assert_int_equal(out[i], '#');
        }
        if (size == 0) {
            continue;
        }
        assert_true(len < size);
        assert_int_equal(strlen(out), len);
        assert_true(dbc_valid_text(out));
        if (size >= 24) { /* the whole text takes 23 */
            assert_string_equal(out,
                                "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\\x0a\\xffz\xc3\xa4\xc3\xa4");
        } else if (size > 3) {
            assert_string_equal(out + len - 3, "...");
        }
    }
}

TEST(long_text_is_cut_between_characters)
{
    char text[2 * DBC_ERROR_TEXT_SIZE + 2];

    for (size_t shift = 0; shift < 4; shift++) {
        struct dbc_error err = DBC_ERROR_INIT;
        memset(text, 'x', shift);
        for (size_t i = shift; i + 4 < sizeof text; i += 4) {
            memcpy(text + i, "\xf0\x9f\x98\x80", 5);
        }
        dbc_fail_at(&err, DBC_ELIMIT, text, 1, 1, "%s", text);
        assert_true(dbc_valid_text(err.text));
        assert_true(dbc_valid_text(err.file));
        assert_true(strlen(err.text) > DBC_ERROR_TEXT_SIZE - 6);
        assert_true(strlen(err.file) > DBC_ERROR_FILE_SIZE - 6);
        assert_string_equal(err.text + strlen(err.text) - 3, "...");
        assert_string_equal(err.file + strlen(err.file) - 3, "...");
    }
}

TEST(string_has_what_there_is)
{
    struct dbc_error err = DBC_ERROR_INIT;
    char out[64];

    assert_string_equal(dbc_error_string(&err, out, sizeof out), "");
    dbc_fail_at(&err, DBC_EPARSE, "a.dbcache", 12, 5, "expected <%s>", "pif");
    assert_ptr_equal(dbc_error_string(&err, out, sizeof out), out);
    assert_string_equal(out, "a.dbcache:12:5: expected <pif>");
    err.column = 0;
    assert_string_equal(dbc_error_string(&err, out, sizeof out), "a.dbcache:12: expected <pif>");
    err.line = 0;
    assert_string_equal(dbc_error_string(&err, out, sizeof out), "a.dbcache: expected <pif>");
    err.file[0] = '\0';
    assert_string_equal(dbc_error_string(&err, out, sizeof out), "expected <pif>");
    assert_string_equal(dbc_error_string(&err, out, 10), "expect...");
    assert_string_equal(dbc_error_string(&err, out, 1), "");
    out[0] = 'q';
    dbc_error_string(&err, out, 0);
    assert_int_equal(out[0], 'q');
}

TEST(largest_error_fits)
{
    struct dbc_error err = DBC_ERROR_INIT;
    char big[5000], out[2000], end[64];

    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    dbc_fail_at(&err, DBC_EPARSE, big, UINT32_MAX, UINT32_MAX, "%s", big);
    dbc_error_string(&err, out, sizeof out);
    assert_int_equal(strlen(out), DBC_ERROR_FILE_SIZE - 1 + DBC_ERROR_TEXT_SIZE - 1 + 24);
    snprintf(end, sizeof end, "...:%u:%u: xxx", UINT32_MAX, UINT32_MAX);
    assert_non_null(strstr(out, end));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_error_stays),
        cmocka_unit_test(null_is_fine),
        cmocka_unit_test(errno_gives_code_and_reason),
        cmocka_unit_test(reason_survives_a_long_text),
        cmocka_unit_test(control_characters_are_escaped),
        cmocka_unit_test(bytes_that_are_no_utf8_are_escaped),
        cmocka_unit_test(every_size_is_safe),
        cmocka_unit_test(long_text_is_cut_between_characters),
        cmocka_unit_test(string_has_what_there_is),
        cmocka_unit_test(largest_error_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
