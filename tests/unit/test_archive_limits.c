/* test_archive_limits.c - archive bombs: each limit of archive/archive.h from both sides.  Large
 * data is not written anywhere: streams generate it while it is read. */
#include "unit/test.h"

#include "unit/archive_make.h"

#define MIB (1024u * 1024)

/* `n` times a piece, and any bytes behind it.  What a reader finds there is left as it was. */
struct endless {
    const char *piece;
    size_t len;
    uint64_t n;   /* bytes of pieces */
    uint64_t end; /* bytes in all */
    uint64_t at;
};

static ssize_t endless_read(const struct dbc_stream *self, char *buffer, size_t len,
                            struct dbc_error *err)
{
    struct endless *endless = self->ctx;
    uint64_t left = endless->end - endless->at;
    size_t n = left < len ? (size_t)left : len;

    (void)err;
    for (size_t i = 0; i < n && endless->at + i < endless->n;) {
        size_t from = (endless->at + i) % endless->len;
        size_t some = endless->len - from < n - i ? endless->len - from : n - i;
        memcpy(buffer + i, endless->piece + from, some);
        i += some;
    }
    endless->at += n;
    return (ssize_t)n;
}

static enum dbc_code walk_endless(struct endless endless, const char *text)
{
    struct dbc_stream stream = { "file", endless_read, &endless };
    struct dbc_error err = DBC_ERROR_INIT;

    walk_stream(&stream, NULL, &err);
    if (strstr(err.text, text) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", text, err.text);
    }
    assert_int_equal(err.line, 0); /* a limit is passed in no line of any file */
    assert_int_equal(err.column, 0);
    return err.code;
}

/* A tar header of its own, for what no writer would write. */
static void make_header(char header[512], const char *name, const char *size)
{
    memset(header, 0, 512);
    snprintf(header, 100, "%s", name);
    memcpy(header + 100, "0000644\0000000000\0000000000", 24);
    memcpy(header + 124, size, 12);
    memcpy(header + 136, "00000000000\0", 12);
    header[156] = '0';
    memcpy(header + 257, "ustar\00000", 8);
    sum_header(header);
}

TEST(members_of_an_archive)
{
    char header[512];
    const uint64_t most = DBC_LIMIT_ARCHIVE_MEMBERS;

    make_header(header, "a", "00000000000\0");
    assert_int_equal(walk_endless((struct endless){ header, 512, most * 512, most * 512, 0 }, ""),
                     DBC_OK);
    assert_int_equal(walk_endless((struct endless){ header, 512, (most + 1) * 512, (most + 1) * 512,
                                                    0 },
                                  "at most 200000 members"),
                     DBC_ELIMIT);
    make_header(header, "folder/", "00000000000\0");
    assert_int_equal(walk_endless((struct endless){ header, 512, (most + 1) * 512, (most + 1) * 512,
                                                    0 },
                                  "at most 200000 members"),
                     DBC_ELIMIT);
}

/* One member that nobody reads. */
TEST(bytes_of_an_archive)
{
    const uint64_t most = DBC_LIMIT_ARCHIVE_BYTES;
    char header[512];

    make_header(header, "a", "77777776000\0");
    assert_int_equal(walk_endless((struct endless){ header, 512, 512, most, 0 }, ""), DBC_OK);
    assert_int_equal(walk_endless((struct endless){ header, 512, 512, most + 1, 0 },
                                  "at most 8589934592 bytes in all"),
                     DBC_ELIMIT);
}

static enum dbc_code read_single(uint64_t len, struct dbc_error *err)
{
    struct endless endless = { "<", 1, 1, len, 0 };
    struct dbc_stream stream = { "file", endless_read, &endless };
    struct dbc_archive *archive = dbc_archive_open(&stream, err);
    struct dbc_member member;
    static char some[MIB];
    ssize_t n = 1;

    assert_int_equal(dbc_archive_next(archive, &member, err), 1);
    struct dbc_stream bytes = dbc_archive_stream(archive, "member");
    while (n > 0) {
        n = bytes.read(&bytes, some, sizeof some, err);
    }
    dbc_archive_close(archive);
    return err->code;
}

TEST(bytes_of_a_member)
{
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(read_single(DBC_LIMIT_MEMBER_BYTES, &err), DBC_OK);
    assert_int_equal(read_single(DBC_LIMIT_MEMBER_BYTES + 1, &err), DBC_ELIMIT);
    assert_string_equal(err.file, "member");
    assert_non_null(strstr(err.text, "at most 268435456 bytes"));
}

/* The second member of 200 MiB has as much room as the first. */
TEST(bytes_of_each_member)
{
    char header[512];
    static char some[MIB];
    struct endless endless = { header, 512, 512, 512 + 200ull * MIB, 0 };
    struct dbc_stream stream = { "file", endless_read, &endless };
    struct dbc_member member;

    make_header(header, "a", "01440000000\0");
    struct dbc_archive *archive = dbc_archive_open(&stream, NULL);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(dbc_archive_next(archive, &member, NULL), 1);
        struct dbc_stream bytes = dbc_archive_stream(archive, "member");
        uint64_t total = 0;
        for (ssize_t n = 1; n > 0; total += (uint64_t)n) {
            n = bytes.read(&bytes, some, sizeof some, NULL);
            assert_true(n >= 0);
        }
        assert_int_equal(total, 200 * MIB);
        endless.at = 0;
    }
    dbc_archive_close(archive);
}

static void assert_bomb(const struct dbc_buf *file)
{
    struct dbc_buf out = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(walk(file->data, file->len, 0, &out, &err), DBC_ELIMIT);
    assert_non_null(strstr(err.text, "at most 400 unpacked bytes for a packed one"));
    assert_true(out.len < DBC_ARCHIVE_RATIO_FREE + DBC_LIMIT_ARCHIVE_RATIO * file->len);
    assert_int_equal(walk(file->data, file->len, 0, NULL, NULL), DBC_ELIMIT);
    dbc_buf_release(&out);
}

TEST(bombs)
{
    static const int filters[] = { ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_ZSTD };
    const struct item zeros[] = { FILE_ITEM("first", "text"),
                                  { "a", NULL, 64 * MIB, 0, NULL },
                                  { 0 } };
    struct dbc_buf file = DBC_BUF_INIT;

    for (size_t i = 0; i < 3; i++) {
        dbc_buf_clear(&file);
        make_packed(&file, filters[i], NULL, 64 * MIB);
        assert_bomb(&file);
    }
    dbc_buf_clear(&file);
    make_archive(&file, TAR(ARCHIVE_FILTER_GZIP), zeros);
    assert_bomb(&file);
    dbc_buf_clear(&file);
    make_archive(&file, ZIP(NULL), zeros);
    assert_bomb(&file);
    dbc_buf_release(&file);
}

/* One bomb's bytes in many members, none of which is large. */
TEST(bombs_in_pieces)
{
    struct item pieces[9] = { 0 };
    struct dbc_buf file = DBC_BUF_INIT;

    for (size_t i = 0; i < 8; i++) {
        pieces[i] = (struct item){ "a", NULL, 2 * MIB, 0, NULL };
    }
    make_archive(&file, ZIP(NULL), pieces);
    assert_bomb(&file);
    dbc_buf_clear(&file);
    make_archive(&file, TAR(ARCHIVE_FILTER_GZIP), pieces);
    assert_bomb(&file);
    dbc_buf_release(&file);
}

TEST(the_ratio_from_both_sides)
{
    struct dbc_buf file = DBC_BUF_INIT;

    make_packed(&file, ARCHIVE_FILTER_GZIP, NULL, 6 * MIB);
    assert_int_equal(walk(file.data, file.len, 0, NULL, NULL), DBC_OK);
    dbc_buf_clear(&file);
    make_packed(&file, ARCHIVE_FILTER_GZIP, NULL, 8 * MIB);
    assert_bomb(&file);
    dbc_buf_clear(&file);
    make_packed(&file, ARCHIVE_FILTER_BZIP2, NULL, 4 * MIB);
    assert_int_equal(walk(file.data, file.len, 0, NULL, NULL), DBC_OK);
    dbc_buf_release(&file);
}

/* A hole costs a few bytes however long it is; passing over it costs nothing. */
TEST(holes_count)
{
    struct archive *writer = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    struct dbc_buf tar = DBC_BUF_INIT, out = DBC_BUF_INIT;

    archive_write_set_format_pax(writer);
    archive_write_open(writer, &tar, NULL, make_add, NULL);
    archive_entry_set_pathname(entry, "sparse");
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_size(entry, 100 * (la_int64_t)MIB);
    archive_entry_sparse_add_entry(entry, 0, 512);
    make_check(writer, archive_write_header(writer, entry));
    static const char zeros[MIB];
    for (unsigned i = 0; i < 100; i++) {
        make_check(writer, archive_write_data(writer, zeros, MIB));
    }
    archive_entry_free(entry);
    archive_write_free(writer);
    assert_true(tar.len < 30000);
    assert_int_equal(walk(tar.data, tar.len, 0, &out, NULL), DBC_ELIMIT);
    assert_true(out.len < 20 * MIB);
    assert_int_equal(walk(tar.data, tar.len, 0, NULL, NULL), DBC_OK);
    dbc_buf_release(&tar);
    dbc_buf_release(&out);
}

TEST(bytes_of_a_name)
{
    static const struct recipe recipes[] = {
        { ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FILTER_NONE, NULL },
        { ARCHIVE_FORMAT_TAR_GNUTAR, ARCHIVE_FILTER_NONE, NULL },
        { ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, NULL },
    };
    char name[DBC_LIMIT_ARCHIVE_PATH + 2];
    struct item items[] = { FILE_ITEM(name, "text"), { 0 } };

    for (size_t i = 0; i < 2 * sizeof recipes / sizeof recipes[0]; i++) {
        struct dbc_buf file = DBC_BUF_INIT;
        struct dbc_error err = DBC_ERROR_INIT;
        memset(name, 'n', sizeof name);
        name[DBC_LIMIT_ARCHIVE_PATH + i % 2] = '\0';
        make_archive(&file, recipes[i / 2], items);
        assert_int_equal(walk(file.data, file.len, 0, NULL, &err),
                         i % 2 == 0 ? DBC_OK : DBC_ELIMIT);
        assert_true(i % 2 == 0 || strstr(err.text, "names of at most 4096 bytes") != NULL);
        dbc_buf_release(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_of_an_archive),
        cmocka_unit_test(bytes_of_an_archive),
        cmocka_unit_test(bytes_of_a_member),
        cmocka_unit_test(bytes_of_each_member),
        cmocka_unit_test(bombs),
        cmocka_unit_test(bombs_in_pieces),
        cmocka_unit_test(the_ratio_from_both_sides),
        cmocka_unit_test(holes_count),
        cmocka_unit_test(bytes_of_a_name),
    };

    return cmocka_run_group_tests_name("archive_limits", tests, NULL, NULL);
}
