/* test_hash.c - base/hash.c: put, get, growth, and the published values of the hash function. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "base/hash.c"

TEST(put_and_get)
{
    struct dbc_hash hash = DBC_HASH_INIT;
    int a = 0, b = 0;

    assert_null(dbc_hash_get(&hash, "x"));
    assert_int_equal(dbc_hash_put(&hash, "x", &a, false), 0);
    assert_int_equal(dbc_hash_put(&hash, "", &b, false), 0);
    assert_ptr_equal(dbc_hash_get(&hash, "x"), &a);
    assert_ptr_equal(dbc_hash_get(&hash, ""), &b);
    assert_null(dbc_hash_get(&hash, "y"));
    assert_null(dbc_hash_get(&hash, "xx"));
    assert_int_equal(dbc_hash_put(&hash, "x", &b, false), 0);
    assert_ptr_equal(dbc_hash_get(&hash, "x"), &a);
    assert_int_equal(dbc_hash_put(&hash, "x", &b, true), 0);
    assert_ptr_equal(dbc_hash_get(&hash, "x"), &b);
    assert_int_equal(hash.n, 2);
    dbc_hash_release(&hash);
    assert_null(dbc_hash_get(&hash, "x"));
    dbc_hash_release(&hash);
}

/* One that is new has no value; its key may be another text of the same letters. */
TEST(enters)
{
    struct dbc_hash hash = DBC_HASH_INIT;
    char once[] = "x";
    const char **stored = NULL;
    void **place = NULL;
    int a = 0;

    place = dbc_hash_enter(&hash, once, &stored);
    assert_null(*place);
    assert_ptr_equal(*stored, once);
    *stored = "x";
    *place = &a;
    once[0] = 'y';
    assert_ptr_equal(dbc_hash_get(&hash, "x"), &a);
    assert_ptr_equal(*dbc_hash_enter(&hash, "x", &stored), &a);
    assert_string_equal(*stored, "x");
    assert_null(dbc_hash_get(&hash, "y"));
    assert_int_equal(hash.n, 1);
    dbc_hash_release(&hash);
}

#define MANY 50000

TEST(many_keys)
{
    static char keys[MANY][24];
    struct dbc_hash hash = DBC_HASH_INIT;

    for (int i = 0; i < MANY; i++) {
        snprintf(keys[i], sizeof keys[i], "OpaqueRef:%d", i);
        assert_int_equal(dbc_hash_put(&hash, keys[i], keys[i], false), 0);
        assert_true(hash.n < hash.cap);
    }
    assert_int_equal(hash.n, MANY);
    for (int i = 0; i < MANY; i++) {
        char copy[24];
        memcpy(copy, keys[i], sizeof copy); /* by content, not by address */
        assert_ptr_equal(dbc_hash_get(&hash, copy), keys[i]);
    }
    assert_null(dbc_hash_get(&hash, "OpaqueRef:50000"));
    dbc_hash_release(&hash);
}

/* Bytes 0, 1, 2 ... as the key of the function; texts 1, 2, 3 ... of each length up to 17.  The
 * values are those of SipHash-1-3, computed by an independent program. */
TEST(hash_function_is_siphash)
{
    static const uint64_t want[] = {
        0xabac0158050fc4dc, 0x0732543e9e14e772, 0x69dc69f252d62639, 0x2050b653acd9a790,
        0xf07c6b8807de6dcc, 0x97c4ea9d47a16ce1, 0x73437774ed5079e3, 0x321a94b125c56409,
        0x175a2f2a34eb2df1, 0x8828491389474877, 0x42e05b70132b71d1, 0x8c5c2de8e8db9a25,
        0xb97e59054dd4fa2b, 0x0509c612ee7b6223, 0xe01eb0f42e030b84, 0x3de1f05f179b3a08,
        0x58c0fcc9139eff77, 0xc5a0d98e5c3e442a,
    };
    static const uint64_t seed[2] = { 0x0706050403020100u, 0x0f0e0d0c0b0a0908u };
    char text[18] = "";

    for (size_t len = 0; len < sizeof want / sizeof *want; len++) {
        assert_int_equal(dbc_hash_text(seed, text), want[len]);
        text[len] = (char)(len + 1);
    }
}

TEST(seeds_differ)
{
    struct dbc_hash one = DBC_HASH_INIT, two = DBC_HASH_INIT;

    assert_int_equal(dbc_hash_put(&one, "x", &one, false), 0);
    assert_int_equal(dbc_hash_put(&two, "x", &two, false), 0);
    assert_true(one.seed[0] != two.seed[0] && one.seed[1] != two.seed[1]);
    assert_true(one.seed[0] != one.seed[1]);
    assert_true(dbc_random_fallback() != dbc_random_fallback());
    dbc_hash_release(&one);
    dbc_hash_release(&two);
}

TEST(each_allocation_fails_once)
{
    static char keys[100][16];
    bool failed = true;

    for (long n = 0; failed; n++) {
        struct dbc_hash hash = DBC_HASH_INIT;
        int bad = 0;
        allocs_left = n;
        for (int i = 0; i < 100; i++) {
            snprintf(keys[i], sizeof keys[i], "%d", i);
            if (dbc_hash_put(&hash, keys[i], keys[i], false) != 0) {
                bad++;
                assert_null(dbc_hash_get(&hash, keys[i]));
                assert_int_equal(dbc_hash_put(&hash, keys[i], keys[i], false), 0);
            }
        }
        failed = alloc_failed();
        assert_int_equal(bad, failed ? 1 : 0);
        for (int i = 0; i < 100; i++) {
            assert_ptr_equal(dbc_hash_get(&hash, keys[i]), keys[i]);
        }
        dbc_hash_release(&hash);
        assert_true(n < 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(put_and_get),  cmocka_unit_test(enters),
        cmocka_unit_test(many_keys),    cmocka_unit_test(hash_function_is_siphash),
        cmocka_unit_test(seeds_differ), cmocka_unit_test(each_allocation_fails_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
