/* test_grow.c - arrays that grow (base/grow.h): elements stay, and a failure leaves all as it was.
 */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "base/grow.h"

TEST(elements_stay)
{
    struct {
        int *v;
        size_t n, cap;
    } list = { NULL, 0, 0 };

    while (list.n < 5 * DBC_GROW_FIRST) {
        assert_true(DBC_GROW(list.v, list.n, list.cap));
        assert_true(list.n < list.cap);
        list.v[list.n] = (int)list.n;
        list.n++;
    }
    for (size_t i = 0; i < list.n; i++) {
        assert_int_equal(list.v[i], i);
    }
    assert_int_equal(list.cap, 8 * DBC_GROW_FIRST);
    free(list.v);
}

TEST(a_failure_changes_nothing)
{
    char *v = NULL, *before = NULL;
    size_t n = 0, cap = 0;

    allocs_left = 0;
    assert_false(DBC_GROW(v, n, cap));
    assert_null(v);
    assert_int_equal(cap, 0);
    assert_true(alloc_failed());
    assert_true(DBC_GROW(v, n, cap));
    n = cap;
    before = v;
    allocs_left = 0;
    assert_false(DBC_GROW(v, n, cap));
    assert_ptr_equal(v, before);
    assert_int_equal(cap, n);
    assert_true(alloc_failed());
    free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_stay),
        cmocka_unit_test(a_failure_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
