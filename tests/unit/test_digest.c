/* test_digest.c - the hash of records (store/digest.h): other programs keep it, so its bytes never
 * change. */
#include "unit/test.h"

#include "model/database.h"
#include "store/digest.h"

/* The first 32 digits of what sha512sum(1) says. */
TEST(test_sha512)
{
    static const char blocks[1000] = { 0 };
    char digest[DBC_DIGEST_SIZE] = "";

    dbc_digest_bytes("", 0, digest);
    assert_string_equal(digest, "cf83e1357eefb8bdf1542850d66d8007");
    dbc_digest_bytes("abc", 3, digest);
    assert_string_equal(digest, "ddaf35a193617abacc417349ae204131");
    dbc_digest_bytes(blocks, sizeof blocks, digest);
    assert_string_equal(digest, "ca3dff61bb23477aa6087b27508264a6");
}

/* A class without records is a count of four bytes. */
TEST(test_no_records)
{
    static const char counts[4 * DBC_N_CLASSES] = { 0 };
    char digest[DBC_DIGEST_SIZE] = "", wanted[DBC_DIGEST_SIZE] = "";
    const struct dbc_db db = { 0 };

    assert_int_equal(dbc_digest(&db, digest, NULL), 0);
    dbc_digest_bytes(counts, sizeof counts, wanted);
    assert_string_equal(digest, wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha512),
        cmocka_unit_test(test_no_records),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
