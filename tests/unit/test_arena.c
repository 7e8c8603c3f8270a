/* test_arena.c - base/arena.c: alignment, zeros, no overlap, growth, failure. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "base/arena.c"

static size_t count_blocks(const struct dbc_arena *arena)
{
    size_t n = 0;

    for (const struct dbc_arena_block *b = arena->blocks; b != NULL; b = b->next) {
        n++;
    }
    return n;
}

TEST(gives_zeroed_aligned_memory)
{
    struct dbc_arena arena = DBC_ARENA_INIT;
    char *got[3000];
    size_t total = 0;

    for (size_t i = 0; i < 3000; i++) {
        size_t size = i % 70;
        got[i] = dbc_arena_alloc(&arena, size);
        assert_non_null(got[i]);
        assert_int_equal((uintptr_t)got[i] % alignof(max_align_t), 0);
        for (size_t k = 0; k < size; k++) {
            assert_int_equal(got[i][k], 0);
        }
        memset(got[i], (int)(i % 255) + 1, size);
        assert_non_null(dbc_arena_strdup(&arena, "odd")); /* spoils the alignment */
        total += (size == 0 ? 1 : size) + 4;
    }
    for (size_t i = 0; i < 3000; i++) { /* nobody wrote into another's */
        for (size_t k = 0; k < i % 70; k++) {
            assert_int_equal((unsigned char)got[i][k], i % 255 + 1);
        }
    }
    assert_int_equal(arena.used, total);
    dbc_arena_release(&arena);
    assert_null(arena.blocks);
    assert_int_equal(arena.used, 0);
    dbc_arena_release(&arena);
}

TEST(size_zero_gives_different_pointers)
{
    struct dbc_arena arena = DBC_ARENA_INIT;
    void *a = dbc_arena_alloc(&arena, 0), *b = dbc_arena_alloc(&arena, 0);

    assert_non_null(a);
    assert_non_null(b);
    assert_ptr_not_equal(a, b);
    dbc_arena_release(&arena);
}

TEST(copies_text)
{
    struct dbc_arena arena = DBC_ARENA_INIT;

    assert_string_equal(dbc_arena_strdup(&arena, ""), "");
    assert_string_equal(dbc_arena_strdup(&arena, "network"), "network");
    assert_string_equal(dbc_arena_strndup(&arena, "network", 3), "net");
    assert_string_equal(dbc_arena_strndup(&arena, NULL, 0), "");
    assert_memory_equal(dbc_arena_strndup(&arena, "a\0b", 3), "a\0b", 4);
    assert_int_equal(arena.used, 1 + 8 + 4 + 1 + 4);
    assert_int_equal(arena.blocks->used, arena.used); /* packed */
    dbc_arena_release(&arena);
}

TEST(blocks_grow_up_to_a_limit)
{
    struct dbc_arena arena = DBC_ARENA_INIT;
    size_t last = 0;

    for (size_t i = 0; i < 80000; i++) {
        assert_non_null(dbc_arena_alloc(&arena, 100));
        size_t size = arena.blocks->size;
        assert_true(size >= DBC_ARENA_BLOCK_MIN && size <= DBC_ARENA_BLOCK_MAX && size >= last);
        last = size;
    }
    assert_int_equal(last, DBC_ARENA_BLOCK_MAX);
    assert_in_range(count_blocks(&arena), 12, 16); /* 8.5 MiB: 1 MiB in seven, then one a MiB */
    dbc_arena_release(&arena);
}

TEST(big_ones_get_their_own_block)
{
    struct dbc_arena arena = DBC_ARENA_INIT;
    char *small = dbc_arena_alloc(&arena, 16), *big = dbc_arena_alloc(&arena, 3 << 20);

    assert_int_equal(count_blocks(&arena), 2);
    assert_int_equal(arena.blocks->next->size, 3 << 20);
    big[0] = big[(3 << 20) - 1] = 'x';
    assert_ptr_equal(dbc_arena_alloc(&arena, 16), small + 16); /* the rest is still used */
    dbc_arena_release(&arena);
    assert_non_null(dbc_arena_alloc(&arena, 3 << 20)); /* as the first one */
    assert_non_null(dbc_arena_alloc(&arena, 16));
    assert_int_equal(count_blocks(&arena), 2);
    assert_true(arena.blocks->size <= DBC_ARENA_BLOCK_MAX);
    dbc_arena_release(&arena);
}

TEST(impossible_sizes_fail)
{
    static const size_t sizes[] = { SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 31, SIZE_MAX / 2 };
    struct dbc_arena arena = DBC_ARENA_INIT;

    for (int round = 0; round < 2; round++) {
        size_t used = arena.used;
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            assert_null(dbc_arena_alloc(&arena, sizes[i]));
            assert_null(dbc_arena_strndup(&arena, "x", sizes[i]));
        }
        assert_int_equal(arena.used, used);
        assert_non_null(dbc_arena_alloc(&arena, 8));
    }
    dbc_arena_release(&arena);
}

TEST(each_allocation_fails_once)
{
    bool failed = true;

    for (long n = 0; failed; n++) {
        struct dbc_arena arena = DBC_ARENA_INIT;
        size_t nulls = 0;
        allocs_left = n;
        for (size_t i = 0; i < 1000; i++) {
            nulls += dbc_arena_alloc(&arena, 60) == NULL;
            nulls += dbc_arena_strdup(&arena, "text") == NULL;
        }
        nulls += dbc_arena_alloc(&arena, 1 << 20) == NULL;
        failed = alloc_failed();
        assert_int_equal(nulls, failed ? 1 : 0); /* and the next one works again */
        dbc_arena_release(&arena);
        assert_true(n < 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_zeroed_aligned_memory),
        cmocka_unit_test(size_zero_gives_different_pointers),
        cmocka_unit_test(copies_text),
        cmocka_unit_test(blocks_grow_up_to_a_limit),
        cmocka_unit_test(big_ones_get_their_own_block),
        cmocka_unit_test(impossible_sizes_fail),
        cmocka_unit_test(each_allocation_fails_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
