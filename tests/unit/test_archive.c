/* test_archive.c - archive/archive.c: each kind of archive that is read and the refusal of others.
 */
#include "unit/test.h"

#include "unit/archive_walk.h"

/* ---- Kinds -------------------------------------------------------------------------------- */

TEST(plain_files_stay)
{
    static const struct {
        const char *data;
        size_t len;
    } files[] = {
        { "", 0 },
        { "<", 1 },
        { "B", 1 },
        { "P", 1 },
        { "<?xml version='1.0'?><xenserver-network-configuration/>\n", 56 },
        { "{\"a\": 1}", 8 },
        { "\0\1\2\xff", 4 },
        { "#mtree\n./x type=file\n", 21 },
    };

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct dbc_buf want = DBC_BUF_INIT;
        struct dbc_buf file = DBC_BUF_INIT;
        dbc_buf_add(&file, files[i].data, files[i].len);
        dbc_buf_addf(&want, "=");
        dbc_buf_add(&want, files[i].data, files[i].len);
        dbc_buf_addc(&want, '\n');
        assert_walk(&file, want.data, want.len);
        dbc_buf_release(&want);
        dbc_buf_release(&file);
    }
}

/* Longer than each buffer on the way, and around the size of the start that is looked at. */
TEST(plain_files_of_each_size_stay)
{
    static const size_t sizes[] = { 511, 512, 513, 1024, 65535, 65536, 65537, 300000 };
    struct dbc_buf want = DBC_BUF_INIT;
    struct dbc_buf file = DBC_BUF_INIT;

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        dbc_buf_clear(&file);
        dbc_buf_clear(&want);
        while (file.len < sizes[i]) {
            dbc_buf_addc(&file, "<database/>\n\0\xff"[file.len * 7919 / 13 % 14]);
        }
        dbc_buf_addc(&want, '=');
        dbc_buf_add(&want, file.data, file.len);
        dbc_buf_addc(&want, '\n');
        assert_walk(&file, want.data, want.len);
    }
    dbc_buf_release(&want);
    dbc_buf_release(&file);
}

/* What a power cut leaves of a file that was being written: no tar without members. */
TEST(zeros_are_a_plain_file)
{
    static const char zeros[10240];
    struct dbc_buf out = DBC_BUF_INIT;

    assert_int_equal(walk(zeros, sizeof zeros, 0, &out, NULL), DBC_OK);
    assert_int_equal(out.len, sizeof zeros + 2);
    dbc_buf_release(&out);
}

/* XML with the word of a tar's header where a tar has it, and a number where its sum would be. */
TEST(xml_is_no_tar)
{
    char text[600];
    struct dbc_buf out = DBC_BUF_INIT;

    memset(text, ' ', sizeof text);
    memcpy(text, "<database>", 10);
    memcpy(text + 257, "ustar  ", 7);
    memcpy(text + 148, "0123456 ", 8);
    assert_int_equal(walk(text, sizeof text, 0, &out, NULL), DBC_OK);
    assert_int_equal(out.len, sizeof text + 2);
    assert_memory_equal(out.data + 1, text, sizeof text);
    dbc_buf_release(&out);
}

static const int filters[] = { ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_ZSTD };
#define N_FILTERS (sizeof filters / sizeof filters[0])

TEST(one_compressed_file)
{
    static const struct {
        const char *data;
        size_t len;
    } files[] = { { "<database/>", 11 }, { "", 0 }, { NULL, 200000 } };

    for (size_t i = 0; i < N_FILTERS * 3; i++) {
        struct dbc_buf packed = DBC_BUF_INIT, want = DBC_BUF_INIT;
        const char *data = files[i / N_FILTERS].data;
        size_t len = files[i / N_FILTERS].len;
        make_packed(&packed, filters[i % N_FILTERS], data, len);
        dbc_buf_addc(&want, '=');
        memset(dbc_buf_reserve(&want, len + 1), 0, len + 1);
        if (data != NULL) {
            memcpy(want.data + 1, data, len);
        }
        dbc_buf_added(&want, len);
        dbc_buf_addc(&want, '\n');
        assert_walk(&packed, want.data, want.len);
        dbc_buf_release(&want);
        dbc_buf_release(&packed);
    }
}

/* bzip2 and zstd files may stand in a row too; zeros may follow gzip's. */
TEST(files_in_a_row_are_one)
{
    for (size_t i = 0; i < N_FILTERS; i++) {
        struct dbc_buf packed = DBC_BUF_INIT;
        make_packed(&packed, filters[i], "one,", 4);
        make_packed(&packed, filters[i], "", 0);
        make_packed(&packed, filters[i], "two", 3);
        assert_walk(&packed, "=one,two\n", 9);
        if (filters[i] == ARCHIVE_FILTER_GZIP) {
            dbc_buf_add(&packed, "\0\0\0\0", 4);
            assert_walk(&packed, "=one,two\n", 9);
        }
        dbc_buf_release(&packed);
    }
}

/* The header's optional fields: a name, a comment, more. */
TEST(a_gzip_header_in_full)
{
    static const unsigned char all[] = "\x1f\x8b\x08\x1c\0\0\0\0\0\3"
                                       "\4\0abcd"
                                       "name\0comment\0"
                                       "\xcb\x48\x04\x00"
                                       "\x9e\xa2\x48\xd6\x02\0\0\0";
    struct dbc_buf packed = DBC_BUF_INIT;

    dbc_buf_add(&packed, all, sizeof all - 1);
    assert_walk(&packed, "=ha\n", 4);
    dbc_buf_release(&packed);
}

TEST(tar_of_each_variant)
{
    static const int formats[] = { ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FORMAT_TAR_GNUTAR,
                                   ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE,
                                   ARCHIVE_FORMAT_TAR_PAX_RESTRICTED };

    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        assert_made((struct recipe){ formats[i], ARCHIVE_FILTER_NONE, NULL }, three, THREE);
    }
    assert_made(TAR(ARCHIVE_FILTER_GZIP), three, THREE);
    assert_made(TAR(ARCHIVE_FILTER_BZIP2), three, THREE);
    assert_made(TAR(ARCHIVE_FILTER_ZSTD), three, THREE);
}

/* The oldest one has no mark: only its sum says so. */
TEST(tar_without_a_mark)
{
    struct dbc_buf tar = DBC_BUF_INIT;

    make_archive(&tar, (struct recipe){ ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL },
                 (const struct item[]){ FILE_ITEM("old", "text"), { 0 } });
    memset(tar.data + 257, 0, 255);
    sum_header(tar.data);
    assert_walk(&tar, "old=text\n", 9);
    dbc_buf_release(&tar);
}

TEST(zip_deflated_and_stored)
{
    struct dbc_buf twice = DBC_BUF_INIT;

    assert_made(ZIP("zip:compression=deflate"), three, THREE);
    assert_made(ZIP("zip:compression=store"), three, THREE);
    assert_made(ZIP("zip:zip64"), three, THREE);
    assert_made(ZIP(NULL), (const struct item[]){ { 0 } }, "");
    make_archive(&twice, ZIP(NULL), (const struct item[]){ { "z", NULL, 100000, 0, NULL }, { 0 } });
    assert_int_equal(walk(twice.data, twice.len, 1, NULL, NULL), DBC_OK);
    dbc_buf_release(&twice);
}

TEST(zip_with_a_comment)
{
    struct dbc_buf zip = DBC_BUF_INIT;

    make_archive(&zip, ZIP(NULL), three);
    zip.data[zip.len - 2] = '\x34';
    zip.data[zip.len - 1] = '\x12';
    memset(dbc_buf_reserve(&zip, 0x1234), 'P', 0x1234);
    dbc_buf_added(&zip, 0x1234);
    assert_walk(&zip, THREE, strlen(THREE));
    dbc_buf_release(&zip);
}

/* Its end across the place where the bytes that are kept of it begin anew. */
TEST(zip_of_each_length)
{
    const struct recipe stored = ZIP("zip:compression=store");
    struct item items[] = { { "z", NULL, 100000, 0, NULL }, { 0 } };
    struct dbc_buf zip = DBC_BUF_INIT;
    size_t more = 0;

    make_archive(&zip, stored, items);
    more = zip.len - items[0].len;
    for (size_t len = 2 * DBC_ZIPEND_MAX - 3; len < 2 * DBC_ZIPEND_MAX + 40; len += 4) {
        dbc_buf_clear(&zip);
        items[0].len = len - more;
        make_archive(&zip, stored, items);
        assert_int_equal(zip.len, len);
        assert_int_equal(walk(zip.data, zip.len, 13, NULL, NULL), DBC_OK);
        assert_int_equal(walk(zip.data, zip.len, 0, NULL, NULL), DBC_OK);
    }
    dbc_buf_release(&zip);
}

TEST(encrypted_zip_is_refused)
{
    struct dbc_buf zip = DBC_BUF_INIT;

    make_archive(&zip, ZIP("zip:encryption=traditional"), three);
    assert_refused(zip.data, zip.len, DBC_EPARSE, "member etc/a encrypted");
    dbc_buf_clear(&zip);
    make_archive(&zip, ZIP("zip:encryption=aes256"), three);
    assert_refused(zip.data, zip.len, DBC_EPARSE, "encrypted");
    dbc_buf_release(&zip);
}

/* Of one member, in its local header, as if it were packed by bzip2: the others can be read. */
TEST(other_methods_are_refused)
{
    struct dbc_buf zip = DBC_BUF_INIT;

    make_archive(&zip, ZIP("zip:compression=store"), three);
    zip.data[8] = 12;
    assert_refused(zip.data, zip.len, DBC_EPARSE, "found (bzip)");
    assert_int_equal(walk(zip.data, zip.len, 0, NULL, NULL), DBC_OK);
    dbc_buf_release(&zip);
}

TEST(other_archives_are_refused)
{
    static const struct {
        const char *start;
        size_t len;
        const char *name;
    } kinds[] = {
        { "7z\xbc\xaf\x27\x1c....", 10, "7-Zip" },
        { "Rar!\x1a\7\1", 7, "RAR" },
        { "070701000", 9, "cpio" },
        { "070702000", 9, "cpio" },
        { "070707000", 9, "cpio" },
        { "!<arch>\ndebian", 14, "ar archive" },
        { "MSCF\0\0\0\0..", 10, "cabinet" },
        { "\x1f\x9d\x90..", 5, "compress" },
        { "LZIP\1..", 7, "lzip" },
        { "\x04\x22\x4d\x18..", 6, "lz4" },
        { "\x89LZO\0..", 7, "lzop" },
        { "]\0\0\x80\0..", 7, "lzma" },
        { "\xfd\x37zXZ\0..", 8, "xz" },
    };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct dbc_buf packed = DBC_BUF_INIT;
        assert_refused(kinds[i].start, kinds[i].len, DBC_EPARSE, kinds[i].name);
        make_packed(&packed, ARCHIVE_FILTER_BZIP2, kinds[i].start, kinds[i].len);
        assert_refused(packed.data, packed.len, DBC_EPARSE, kinds[i].name);
        dbc_buf_release(&packed);
    }
}

TEST(compressed_twice_is_refused)
{
    for (size_t i = 0; i < N_FILTERS * N_FILTERS; i++) {
        struct dbc_buf once = DBC_BUF_INIT, twice = DBC_BUF_INIT;
        make_packed(&once, filters[i / N_FILTERS], "text", 4);
        make_packed(&twice, filters[i % N_FILTERS], once.data, once.len);
        assert_refused(twice.data, twice.len, DBC_EPARSE, "compressed twice");
        dbc_buf_release(&once);
        dbc_buf_release(&twice);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_files_stay),
        cmocka_unit_test(plain_files_of_each_size_stay),
        cmocka_unit_test(zeros_are_a_plain_file),
        cmocka_unit_test(xml_is_no_tar),
        cmocka_unit_test(one_compressed_file),
        cmocka_unit_test(files_in_a_row_are_one),
        cmocka_unit_test(a_gzip_header_in_full),
        cmocka_unit_test(tar_of_each_variant),
        cmocka_unit_test(tar_without_a_mark),
        cmocka_unit_test(zip_deflated_and_stored),
        cmocka_unit_test(zip_with_a_comment),
        cmocka_unit_test(zip_of_each_length),
        cmocka_unit_test(encrypted_zip_is_refused),
        cmocka_unit_test(other_methods_are_refused),
        cmocka_unit_test(other_archives_are_refused),
        cmocka_unit_test(compressed_twice_is_refused),
    };

    return cmocka_run_group_tests_name("archive", tests, NULL, NULL);
}
