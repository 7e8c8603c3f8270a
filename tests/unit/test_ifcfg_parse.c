/* test_ifcfg_parse.c - cache/ifcfg/parse.c: the grammar that every reader reads alike, and files
 * that try to be executed. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "ifcfg/parse.c"

static int warnings;

static void count_warning(void *ctx, const struct dbc_error *warning)
{
    (void)ctx;
    assert_string_equal(warning->file, "f");
    assert_int_not_equal(warning->line, 0);
    warnings++;
}

/* The value of KEY in a file of this text; "(none)" no such key, "(refused)" not taken, "(file)"
 * the whole file is refused.  Valid until the next call. */
static const char *value_in(const char *text, const char *key)
{
    static char out[4096];
    struct dbc_ifcfg_keys keys = DBC_IFCFG_KEYS_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    const struct dbc_ifcfg_key *found = NULL;

    if (dbc_ifcfg_keys_parse("f", text, strlen(text), &keys, count_warning, NULL, &err) < 0) {
        assert_int_equal(err.code, DBC_EPARSE);
        snprintf(out, sizeof out, "(file)");
    } else {
        found = dbc_ifcfg_keys_find(&keys, key);
        snprintf(out, sizeof out, "%s",
                 found == NULL          ? "(none)"
                 : found->value != NULL ? found->value
                                        : "(refused)");
    }
    dbc_ifcfg_keys_release(&keys);
    return out;
}

TEST(takes_the_three_forms)
{
    assert_string_equal(value_in("A=b\n", "A"), "b");
    assert_string_equal(value_in("A=b", "A"), "b");
    assert_string_equal(value_in("A=\n", "A"), "");
    assert_string_equal(value_in("A='b c'\n", "A"), "b c");
    assert_string_equal(value_in("A=\"b c\"\n", "A"), "b c");
    assert_string_equal(value_in("A=''\n", "A"), "");
    assert_string_equal(value_in(" \tA=b \t# comment\n", "A"), "b");
    assert_string_equal(value_in("A='b' # it's a comment\n", "A"), "b");
    assert_string_equal(value_in("A=b#c\n", "A"), "b#c");
    assert_string_equal(value_in("A='$(x) `y` \\ \"'\n", "A"), "$(x) `y` \\ \"");
    assert_string_equal(value_in("A=\"b' ; | & c\"\n", "A"), "b' ; | & c");
    assert_string_equal(value_in("A=a=b\n", "A"), "a=b");
}

TEST(comments_and_blank_lines_are_nothing)
{
    warnings = 0;
    assert_string_equal(value_in("# A=1 it's\n\n  # \"\n#\\\nB=2\n", "B"), "2");
    assert_string_equal(value_in("# A=1\n", "A"), "(none)");
    assert_int_equal(warnings, 0);
}

TEST(the_last_line_counts)
{
    assert_string_equal(value_in("A=1\nB=2\nA=3\n", "A"), "3");
    /* Not the one before: a shell would not use that either. */
    assert_string_equal(value_in("A=1\nA=$(x)\n", "A"), "(refused)");
}

TEST(takes_nothing_that_a_shell_expands_or_runs)
{
    static const char *const values[] = { "$(x)",   "`x`",      "$x",       "a;x",      "a&x",
                                          "a|x",    "a<x",      "a>x",      "<(x)",     "(a b)",
                                          "a x",    "a\tx",     "\\a",      "a'b'",     "'a'b",
                                          "\"a\"b", "\"$(x)\"", "\"`x`\"",  "\"a\\b\"", "\"$x\"",
                                          "'a' x",  "'a';x",    "'a'#b",    "$'a'",     "a\rb",
                                          "'a\rb'", "\"a\tb\"", "'\x1b[m'", "'\x7f'" };
    char text[64];

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        warnings = 0;
        snprintf(text, sizeof text, "A=%s\n", values[i]);
        assert_string_equal(value_in(text, "A"), "(refused)");
        assert_int_equal(warnings, 1);
    }
}

TEST(a_value_over_several_lines_spoils_the_file)
{
    assert_string_equal(value_in("A='b\nB=1\n", "B"), "(file)");
    assert_string_equal(value_in("A=\"b\nB=1\n'\"\n", "B"), "(file)");
    assert_string_equal(value_in("A=b\\\nB=1\n", "B"), "(file)");
    assert_string_equal(value_in("A=\"b\\\"\nB=1\n", "B"), "(file)");
    assert_string_equal(value_in("echo 'x\nB=1\n", "B"), "(file)");
    /* These end where the line ends. */
    assert_string_equal(value_in("A='b\\'\nB=1\n", "B"), "1");
    assert_string_equal(value_in("A=b # \\\nB=1\n", "B"), "1");
}

TEST(commands_are_not_keys)
{
    static const char *const lines[] = { "rm -rf /", "export A=1", "A =1", "1A=1", "A-B=1",
                                         "=1",       ". /x",       "if x", "A+=1" };
    char text[64];

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        warnings = 0;
        snprintf(text, sizeof text, "%s\nB=2\n", lines[i]);
        assert_string_equal(value_in(text, "A"), "(none)");
        assert_string_equal(value_in(text, "B"), "2");
        assert_int_equal(warnings, 2); /* once a call */
    }
}

TEST(a_nul_byte_is_an_error_at_its_line)
{
    struct dbc_ifcfg_keys keys = DBC_IFCFG_KEYS_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(dbc_ifcfg_keys_parse("f", "A=1\nB=\0002\n", 9, &keys, NULL, NULL, &err), -1);
    assert_int_equal(err.code, DBC_EPARSE);
    assert_string_equal(err.file, "f");
    assert_int_equal(err.line, 2);
    dbc_ifcfg_keys_release(&keys);
}

TEST(lines_are_counted)
{
    struct dbc_ifcfg_keys keys = DBC_IFCFG_KEYS_INIT;

    assert_int_equal(dbc_ifcfg_keys_parse("f", "#\n\nA=1\n", 7, &keys, NULL, NULL, NULL), 0);
    assert_int_equal(dbc_ifcfg_keys_find(&keys, "A")->line, 3);
    dbc_ifcfg_keys_release(&keys);
}

TEST(too_many_keys_are_refused)
{
    struct dbc_ifcfg_keys keys = DBC_IFCFG_KEYS_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    char *text = calloc(DBC_LIMIT_IFCFG_KEYS + 2, 4);

    for (int i = 0; i < DBC_LIMIT_IFCFG_KEYS + 1; i++) {
        memcpy(text + i * 4, "A=1\n", 4);
    }
    assert_int_equal(dbc_ifcfg_keys_parse("f", text, DBC_LIMIT_IFCFG_KEYS * 4, &keys, NULL, NULL,
                                          &err),
                     0);
    dbc_ifcfg_keys_release(&keys);
    assert_int_equal(dbc_ifcfg_keys_parse("f", text, (DBC_LIMIT_IFCFG_KEYS + 1) * 4, &keys, NULL,
                                          NULL, &err),
                     -1);
    assert_int_equal(err.code, DBC_ELIMIT);
    assert_int_equal(err.line, DBC_LIMIT_IFCFG_KEYS + 1);
    dbc_ifcfg_keys_release(&keys);
    free(text);
}

/* Every single byte, as the value and in it: nothing but the policy decides. */
TEST(every_byte_is_taken_or_refused)
{
    char text[16];

    for (int c = 1; c < 256; c++) {
        snprintf(text, sizeof text, "A=x%cy\n", c);
        const char *got = value_in(text, "A");
        bool refused = strcmp(got, "(refused)") == 0 || strcmp(got, "(file)") == 0;
        bool special = c < 0x20 || c == 0x7f || strchr(" '\"\\$`;&|<>()", c) != NULL;
        if (c == '\n') {
            assert_string_equal(got, "x");
        } else {
            assert_int_equal(refused, special);
        }
    }
}

TEST(each_allocation_may_fail)
{
    const char text[] = "A=1\nB='2'\nC=3\n";

    for (long n = 0;; n++) {
        struct dbc_ifcfg_keys keys = DBC_IFCFG_KEYS_INIT;
        struct dbc_error err = DBC_ERROR_INIT;
        allocs_left = n;
        int rc = dbc_ifcfg_keys_parse("f", text, strlen(text), &keys, NULL, NULL, &err);
        bool reached = alloc_failed();
        dbc_ifcfg_keys_release(&keys);
        if (!reached) {
            assert_int_equal(rc, 0);
            assert_true(n >= 7);
            return;
        }
        assert_int_equal(rc, -1);
        assert_int_equal(err.code, DBC_ENOMEM);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_three_forms),
        cmocka_unit_test(comments_and_blank_lines_are_nothing),
        cmocka_unit_test(the_last_line_counts),
        cmocka_unit_test(takes_nothing_that_a_shell_expands_or_runs),
        cmocka_unit_test(a_value_over_several_lines_spoils_the_file),
        cmocka_unit_test(commands_are_not_keys),
        cmocka_unit_test(a_nul_byte_is_an_error_at_its_line),
        cmocka_unit_test(lines_are_counted),
        cmocka_unit_test(too_many_keys_are_refused),
        cmocka_unit_test(every_byte_is_taken_or_refused),
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("ifcfg_parse", tests, NULL, NULL);
}
