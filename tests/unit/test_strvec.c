/* test_strvec.c - base/strvec.c: a NULL-terminated vector whose failure is sticky. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "base/strvec.c"

static void assert_strings(const struct dbc_strvec *vec, const char *const *want, size_t n)
{
    assert_false(vec->failed);
    assert_int_equal(vec->n, n);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(vec->v[i], want[i]);
    }
    assert_null(vec->v[n]);
}

TEST(push_once)
{
    static const char *const want[] = { "a", "b" };
    struct dbc_strvec vec = DBC_STRVEC_INIT;
    struct dbc_hash known = DBC_HASH_INIT;

    dbc_strvec_push_once(&vec, &known, "a");
    dbc_strvec_push_once(&vec, &known, "b");
    dbc_strvec_push_once(&vec, &known, "a");
    assert_strings(&vec, want, 2);
    dbc_strvec_release(&vec);
    dbc_hash_release(&known);
}

TEST(pushes)
{
    static const char *const want[] = { "a", "", "b=7", "c", "d", "taken" };
    struct dbc_strvec vec = DBC_STRVEC_INIT;
    char text[] = "a";

    dbc_strvec_push(&vec, text);
    text[0] = 'z'; /* it has a copy */
    dbc_strvec_push(&vec, "");
    dbc_strvec_pushf(&vec, "%s=%d", "b", 7);
    dbc_strvec_pushl(&vec, NULL);
    dbc_strvec_pushl(&vec, "c", "d", NULL);
    dbc_strvec_push_take(&vec, strdup("taken"));
    assert_strings(&vec, want, 6);
    assert_true(dbc_strvec_has(&vec, ""));
    assert_true(dbc_strvec_has(&vec, "taken"));
    assert_false(dbc_strvec_has(&vec, "take"));
    dbc_strvec_release(&vec);
    assert_null(vec.v);
    assert_false(dbc_strvec_has(&vec, "a"));
    dbc_strvec_release(&vec);
}

TEST(grows)
{
    struct dbc_strvec vec = DBC_STRVEC_INIT;

    for (unsigned i = 0; i < 5000; i++) {
        dbc_strvec_pushf(&vec, "%u", i);
        assert_null(vec.v[i + 1]);
    }
    assert_int_equal(vec.n, 5000);
    assert_string_equal(vec.v[4999], "4999");
    dbc_strvec_clear(&vec);
    assert_int_equal(vec.n, 0);
    assert_null(vec.v[0]);
    dbc_strvec_push(&vec, "x");
    assert_string_equal(vec.v[0], "x");
    assert_null(vec.v[1]);
    dbc_strvec_release(&vec);
}

TEST(push_all)
{
    static const char *const want[] = { "a", "b", "a", "b", "a", "b", "a", "b" };
    struct dbc_strvec vec = DBC_STRVEC_INIT, from = DBC_STRVEC_INIT, empty = DBC_STRVEC_INIT;

    dbc_strvec_pushl(&from, "a", "b", NULL);
    dbc_strvec_push_all(&vec, &empty);
    dbc_strvec_push_all(&vec, &from);
    dbc_strvec_push_all(&vec, &from);
    dbc_strvec_push_all(&vec, &vec);
    assert_strings(&vec, want, 8);
    from.failed = true;
    dbc_strvec_push_all(&vec, &from);
    assert_true(vec.failed);
    dbc_strvec_release(&vec);
    dbc_strvec_release(&from);
}

TEST(splits_and_joins)
{
    struct dbc_strvec vec = DBC_STRVEC_INIT;
    struct dbc_buf line = DBC_BUF_INIT;

    dbc_strvec_split(&vec, "", " ");
    dbc_strvec_split(&vec, " \t ", " \t");
    assert_int_equal(vec.n, 0);
    dbc_strvec_join(&vec, &line);
    assert_string_equal(dbc_buf_str(&line), "");
    dbc_strvec_split(&vec, "\ta  bc\td\n", " \t");
    dbc_strvec_split(&vec, "e", " ");
    assert_int_equal(vec.n, 4);
    dbc_strvec_join(&vec, &line);
    assert_string_equal(dbc_buf_str(&line), "a bc d\\x0a e");
    dbc_buf_release(&line);
    dbc_strvec_release(&vec);
}

TEST(failure_is_sticky)
{
    struct dbc_strvec vec = DBC_STRVEC_INIT;

    dbc_strvec_push(&vec, "a");
    dbc_strvec_push_take(&vec, NULL);
    assert_true(vec.failed);
    dbc_strvec_push(&vec, "b");
    dbc_strvec_pushf(&vec, "c");
    dbc_strvec_pushl(&vec, "d", NULL);
    dbc_strvec_push_take(&vec, strdup("freed")); /* the leak checker sees it if not */
    assert_int_equal(vec.n, 1);
    assert_null(vec.v[1]);
    dbc_strvec_clear(&vec);
    assert_false(vec.failed);
    dbc_strvec_push(&vec, "e");
    assert_string_equal(vec.v[0], "e");
    dbc_strvec_release(&vec);
}

TEST(each_allocation_fails_once)
{
    bool failed = true;

    for (long n = 0; failed; n++) {
        struct dbc_strvec vec = DBC_STRVEC_INIT;
        allocs_left = n;
        for (int i = 0; i < 20; i++) {
            dbc_strvec_push(&vec, "x");
            assert_true(vec.v == NULL || vec.v[vec.n] == NULL);
        }
        failed = alloc_failed();
        assert_int_equal(vec.failed, failed);
        assert_true(failed ? vec.n < 20 : vec.n == 20);
        dbc_strvec_release(&vec);
        assert_true(n < 30);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pushes),
        cmocka_unit_test(push_once),
        cmocka_unit_test(grows),
        cmocka_unit_test(push_all),
        cmocka_unit_test(splits_and_joins),
        cmocka_unit_test(failure_is_sticky),
        cmocka_unit_test(each_allocation_fails_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
