/* test_found.c - runs the old finds of fuzzing, and the seeds, through the same target without
 * libFuzzer.  An input that fails aborts the program, and its name is the last one printed. */
#include "unit/test.h"

#include "fuzz/fuzz_reader.c"
#include "unit/cache_text.h"

static void replay(const char *path)
{
    struct dbc_buf data = DBC_BUF_INIT;

    print_message("%s\n", path);
    assert_int_equal(dbc_file_read(path, 16u * 1024 * 1024, &data, NULL), 0);
    LLVMFuzzerTestOneInput((const uint8_t *)dbc_buf_str(&data), data.len);
    dbc_buf_release(&data);
}

TEST(corpus)
{
    assert_true(each_file(SOURCE_DIR "/tests/fuzz/corpus/reader", replay) > 0);
}

TEST(found)
{
    assert_true(each_file(SOURCE_DIR "/tests/fuzz/found/reader", replay) > 0);
}

TEST(hostile)
{
    assert_true(each_file(FIXTURES "/hostile", replay) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corpus),
        cmocka_unit_test(found),
        cmocka_unit_test(hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
