/* test_archive_memory.c - archive/ when memory runs out, at each allocation in turn: the error has
 * a reason and nothing leaks.  Only our own allocations fail; those of libarchive and zlib cannot
 * be reached from here. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "archive/archive.c"
#include "archive/reader.c"
#include "base/buf.c"
#include "flate/flate.c"

#include "unit/archive_make.h"

TEST(at_each_allocation)
{
    static const struct item items[] = { FILE_ITEM("a", "alpha"), FILE_ITEM("b", "beta"), { 0 } };
    static const struct {
        struct recipe recipe;
        long allocations; /* at least: of ours */
    } cases[] = { { RAW(ARCHIVE_FILTER_GZIP), 2 },
                  { RAW(ARCHIVE_FILTER_ZSTD), 2 },
                  { TAR(ARCHIVE_FILTER_GZIP), 3 },
                  { TAR(ARCHIVE_FILTER_BZIP2), 3 },
                  { ZIP(NULL), 3 } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dbc_buf file = DBC_BUF_INIT;
        long failing = 0;
        make_archive(&file, cases[i].recipe, i < 2 ? items + 1 : items);
        for (bool reached = true; reached; failing += reached) {
            struct dbc_buf out = DBC_BUF_INIT;
            allocs_left = failing;
            enum dbc_code code = walk(file.data, file.len, 0, &out, NULL);
            reached = alloc_failed();
            assert_int_equal(code, reached ? DBC_ENOMEM : DBC_OK);
            dbc_buf_release(&out);
        }
        assert_true(failing > cases[i].allocations);
        dbc_buf_release(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_each_allocation),
    };

    return cmocka_run_group_tests_name("archive_memory", tests, NULL, NULL);
}
