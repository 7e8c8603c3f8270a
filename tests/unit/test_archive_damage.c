/* test_archive_damage.c - archives that are cut off, changed, inconsistent or unreadable half-way:
 * each gives an error, and never bytes that are not in the archive. */
#include "unit/test.h"

#include "unit/archive_make.h"
#include "unit/thorough.h"

static const struct item items[] = { FILE_ITEM("etc/a", "alpha"), FILE_ITEM("b", "beta"), { 0 } };
#define WHOLE "etc/a=alpha\nb=beta\n"

enum { GZIPPED_TAR = 3 };

static const struct sample {
    struct recipe recipe;
    const char *want;
    bool sums; /* each byte is covered by a checksum */
} samples[] = {
    { RAW(ARCHIVE_FILTER_GZIP), "=alpha\n", true },
    { RAW(ARCHIVE_FILTER_BZIP2), "=alpha\n", true },
    { RAW(ARCHIVE_FILTER_ZSTD), "=alpha\n", false },
    [GZIPPED_TAR] = { TAR(ARCHIVE_FILTER_GZIP), WHOLE, true },
    { TAR(ARCHIVE_FILTER_BZIP2), WHOLE, true },
    { TAR(ARCHIVE_FILTER_ZSTD), WHOLE, false },
    { ZIP("zip:compression=deflate"), WHOLE, false },
    { ZIP("zip:compression=store"), WHOLE, false },
};
#define N_SAMPLES (sizeof samples / sizeof samples[0])

static void make_sample(struct dbc_buf *out, const struct sample *sample)
{
    const struct item one[] = { FILE_ITEM("one", "alpha"), { 0 } };
    struct dbc_buf check = DBC_BUF_INIT;

    make_archive(out, sample->recipe, sample->want[0] == '=' ? one : items);
    assert_int_equal(walk(out->data, out->len, 0, &check, NULL), DBC_OK);
    assert_string_equal(dbc_buf_str(&check), sample->want);
    dbc_buf_release(&check);
}

static void assert_damaged(const void *data, size_t len, const char *text)
{
    struct dbc_buf out = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(walk(data, len, 0, &out, &err), DBC_EPARSE);
    assert_string_equal(err.file, "file");
    assert_null(strstr(err.text, "\\x0a"));
    if (strstr(err.text, text) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", text, err.text);
    }
    dbc_buf_release(&out);
}

/* One byte of text could be the start of anything; from two on it is known what it was. */
TEST(cut_off_anywhere)
{
    for (size_t i = 0; i < N_SAMPLES; i++) {
        struct dbc_buf file = DBC_BUF_INIT;
        make_sample(&file, &samples[i]);
        for (size_t len = 2; len < file.len; len += stride(1, 5)) {
            struct dbc_buf out = DBC_BUF_INIT;
            assert_int_equal(walk(file.data, len, len % 3, &out, NULL), DBC_EPARSE);
            assert_int_equal(walk(file.data, len, len % 3, NULL, NULL), DBC_EPARSE);
            dbc_buf_release(&out);
        }
        dbc_buf_release(&file);
    }
}

TEST(cut_off_in_the_second_of_a_row)
{
    for (size_t i = 0; i < 4; i++) {
        struct dbc_buf file = DBC_BUF_INIT;
        make_sample(&file, &samples[i]);
        size_t first = file.len;
        make_packed(&file, samples[i].recipe.filter, "again", 5);
        for (size_t len = first + 1; len < file.len; len += stride(1, 5)) {
            assert_int_equal(walk(file.data, len, 0, NULL, NULL), DBC_EPARSE);
        }
        dbc_buf_release(&file);
    }
}

/* Nothing says where a plain tar ends when it ends between members; but no half member comes. */
TEST(plain_tar_cut_off)
{
    struct dbc_buf file = DBC_BUF_INIT;

    make_archive(&file, TAR(ARCHIVE_FILTER_NONE), items);
    for (size_t len = 265; len < file.len; len += stride(1, 5)) {
        struct dbc_buf out = DBC_BUF_INIT;
        enum dbc_code code = walk(file.data, len, len % 3, &out, NULL);
        assert_true(code == DBC_OK || code == DBC_EPARSE);
        if (code == DBC_OK && strcmp(dbc_buf_str(&out), WHOLE) != 0) {
            assert_string_equal(dbc_buf_str(&out), "etc/a=alpha\n");
            assert_int_equal(len % 512, 0);
        }
        assert_true(len >= 2048 || code != DBC_OK || len % 512 == 0);
        dbc_buf_release(&out);
    }
    dbc_buf_release(&file);
}

/* Bits turned, all over the file: an error, or the same members where it is a bit that does not
 * count.  Without the mark at its start it is a plain file. */
TEST(changed_anywhere)
{
    for (size_t i = 0; i < N_SAMPLES; i++) {
        struct dbc_buf file = DBC_BUF_INIT;
        unsigned step = samples[i].sums ? stride(3, 17) : stride(11, 53);
        make_sample(&file, &samples[i]);
        for (size_t bit = 0; bit < file.len * 8; bit += step) {
            struct dbc_buf out = DBC_BUF_INIT;
            file.data[bit / 8] ^= (char)(1 << bit % 8);
            enum dbc_code code = walk(file.data, file.len, 0, &out, NULL);
            if (samples[i].sums && code == DBC_OK && (bit >= 48 || out.data[1] != file.data[0])) {
                assert_string_equal(dbc_buf_str(&out), samples[i].want);
            }
            file.data[bit / 8] ^= (char)(1 << bit % 8);
            dbc_buf_release(&out);
        }
        dbc_buf_release(&file);
    }
}

/* Behind the first header's mark; without that it is a plain file. */
TEST(changed_tar_headers)
{
    struct dbc_buf file = DBC_BUF_INIT;

    make_archive(&file, TAR(ARCHIVE_FILTER_NONE), items);
    for (size_t bit = 265 * 8; bit < 1024 * 8; bit += stride(1, 7)) {
        struct dbc_buf out = DBC_BUF_INIT;
        size_t at = bit < 4096 ? bit : bit + 4096; /* the data between the headers has no sum */
        file.data[at / 8] ^= (char)(1 << at % 8);
        if (walk(file.data, file.len, 0, &out, NULL) == DBC_OK) {
            assert_string_equal(dbc_buf_str(&out), WHOLE);
        }
        file.data[at / 8] ^= (char)(1 << at % 8);
        dbc_buf_release(&out);
    }
    file.data[3] ^= 1;
    assert_damaged(file.data, file.len, "tar archive");
    file.data[3] ^= 1;
    file.data[1024 + 3] ^= 1;
    assert_damaged(file.data, file.len, "Damaged tar");
    dbc_buf_release(&file);
}

/* "alpha" stored as "a" by a program that knew its size: first the local header, then what the end
 * says of it. */
#define LOCAL                                                                                      \
    "PK\3\4\xa\0\0\0\0\0\0\0\x21\0"                                                                \
    "\x6a\x39\xe0\xd0\5\0\0\0\5\0\0\0\1\0\0\0aalpha"
#define CENTRAL                                                                                    \
    "PK\1\2\xa\0\xa\0\0\0\0\0\0\0\x21\0"                                                           \
    "\x6a\x39\xe0\xd0\5\0\0\0\5\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0a"
#define END "PK\5\6\0\0\0\0\2\0\2\0\x5e\0\0\0\x48\0\0\0\0\0"

TEST(zips_that_lie)
{
    static const char whole[] = LOCAL LOCAL CENTRAL CENTRAL END;
    static const struct {
        size_t at;
        char to;
        const char *text;
    } lies[] = {
        { 14, '\0', "CRC" },       /* the sum */
        { 35, 'A', "CRC" },        /* a byte of the member */
        { 22, '\4', "size" },      /* unpacked */
        { 22, '\6', "size" },      /* unpacked */
        { 18, '\4', "found ZIP" }, /* packed */
        { 19, '\1', "zip" },       /* packed: longer than the archive */
        { 36, 'p', "expected a zip archive with 2 members as it says, found 1" }, /* the mark */
    };
    struct dbc_buf file = DBC_BUF_INIT, out = DBC_BUF_INIT;

    assert_int_equal(walk(whole, sizeof whole - 1, 0, &out, NULL), DBC_OK);
    assert_string_equal(dbc_buf_str(&out), "a=alpha\na=alpha\n");
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        dbc_buf_clear(&file);
        dbc_buf_add(&file, whole, sizeof whole - 1);
        file.data[lies[i].at] = lies[i].to;
        assert_damaged(file.data, file.len, lies[i].text);
        assert_int_equal(walk(file.data, file.len, 0, NULL, NULL), DBC_EPARSE);
    }
    dbc_buf_release(&file);
    dbc_buf_release(&out);
}

TEST(something_behind)
{
    static const char *const behind[] = { "x",  "\n",   "\0\0\0x",    "\x1f",
                                          "BZ", "BZh9", "\xfd\x37zX", "\x28\xb5" };

    for (size_t i = 0; i < 4 * sizeof behind / sizeof behind[0]; i++) {
        struct dbc_buf file = DBC_BUF_INIT;
        const char *what = behind[i / 4];
        make_sample(&file, &samples[i % 4]);
        dbc_buf_add(&file, what, what[0] == '\0' ? 4 : strlen(what));
        assert_int_equal(walk(file.data, file.len, i % 3, NULL, NULL), DBC_EPARSE);
        dbc_buf_release(&file);
    }
}

TEST(a_mark_and_no_more)
{
    assert_damaged("BZh9", 4, "bzip2 file, found that its header is damaged or cut off");
    assert_damaged("BZhello", 7, "bzip2 file, found that its header is damaged or cut off");
    assert_damaged("\x28\xb5\x2f", 3, "zstd file, found");
    assert_damaged("PK\3", 3, "zip archive, found");
}

/* Zeros are padding only when nothing else comes. */
TEST(padding_is_the_end)
{
    struct dbc_buf file = DBC_BUF_INIT;

    make_packed(&file, ARCHIVE_FILTER_GZIP, "one", 3);
    dbc_buf_addc(&file, '\0');
    assert_int_equal(walk(file.data, file.len, 1, NULL, NULL), DBC_OK);
    make_packed(&file, ARCHIVE_FILTER_GZIP, "two", 3);
    assert_damaged(file.data, file.len, "something else behind it");
    dbc_buf_release(&file);
}

TEST(a_gzip_file_has_its_sum)
{
    struct dbc_buf file = DBC_BUF_INIT;

    make_sample(&file, &samples[GZIPPED_TAR]);
    file.data[file.len - 8] ^= 1;
    assert_damaged(file.data, file.len, "incorrect data check");
    file.data[file.len - 8] ^= 1;
    file.data[file.len - 1] ^= 1;
    assert_damaged(file.data, file.len, "incorrect length check");
    assert_damaged("\x1f\x8b", 2, "cut off");
    assert_damaged("\x1f\x8b\x08\0\0\0\0\0\0\3", 10, "cut off");
    assert_damaged("\x1f\x8b\x09\0\0\0\0\0\0\3text", 14, "compression method");
    dbc_buf_release(&file);
}

/* A pax header that makes no sense: its name must not be replaced by the short one that follows. */
TEST(pax_headers_that_make_no_sense)
{
    static const char *const changes[] = { "x", "1", "\xff" };
    struct item long_name[] = { FILE_ITEM("", "text"), { 0 } };
    char name[300];

    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    long_name[0].name = name;
    for (size_t i = 0; i < 3; i++) {
        struct dbc_buf file = DBC_BUF_INIT;
        make_archive(&file, TAR(ARCHIVE_FILTER_NONE), long_name);
        char *at = memmem(file.data, file.len, "path=", 5);
        assert_non_null(at);
        at[-2] = changes[i][0];
        assert_damaged(file.data, file.len, "pax");
        dbc_buf_release(&file);
    }
}

static void assert_failing_after(const struct dbc_buf *file, size_t len, size_t piece)
{
    for (size_t i = 0; i < 2; i++) {
        struct bytes bytes = { file->data, len, 0, piece, true, false, 0 };
        struct dbc_stream stream = bytes_stream(&bytes);
        struct dbc_buf out = DBC_BUF_INIT;
        struct dbc_error err = DBC_ERROR_INIT;
        assert_int_equal(walk_stream(&stream, i == 0 ? &out : NULL, &err), -1);
        assert_int_equal(err.code, DBC_EIO);
        assert_int_equal(err.sys_errno, EIO);
        assert_non_null(strstr(err.text, "file: cannot read"));
        assert_int_equal(bytes.errors, 0);
        dbc_buf_release(&out);
    }
}

/* Whatever libarchive makes of it, the reason is what the stream said.  The first member is longer
 * than all heads that are looked at. */
TEST(a_stream_that_fails)
{
    static char noise[9000];
    const struct item long_items[] = { { "etc/a", noise, sizeof noise, 0, NULL },
                                       FILE_ITEM("b", "beta"),
                                       { 0 } };
    const struct item one[] = { { "one", noise, sizeof noise, 0, NULL }, { 0 } };

    for (unsigned i = 0, x = 1; i < sizeof noise; i++) {
        x = x * 1103515245 + 12345;
        noise[i] = (char)(x >> 16);
    }
    for (size_t i = 0; i < N_SAMPLES + 1; i++) {
        struct dbc_buf file = DBC_BUF_INIT;
        make_archive(&file, i < N_SAMPLES ? samples[i].recipe : TAR(ARCHIVE_FILTER_NONE),
                     i < 4 ? one : long_items);
        for (size_t len = 0; len <= file.len; len += len + 40 < file.len ? stride(128, 512) : 1) {
            assert_failing_after(&file, len, len % 3 * 1000);
        }
        dbc_buf_release(&file);
    }
}

/* Errors are for those who ask. */
TEST(without_an_error)
{
    struct bytes bytes = { .data = "\x1f\x8b", .len = 2, .fails = true };
    struct dbc_stream stream = bytes_stream(&bytes);

    assert_null(dbc_archive_open(&stream, NULL));
    bytes = (struct bytes){ .data = "Rar!\x1a\7", .len = 6 };
    assert_null(dbc_archive_open(&stream, NULL));
    bytes = (struct bytes){ .data = "PK\3\4", .len = 4, .fails = true };
    assert_null(dbc_archive_open(&stream, NULL));
    dbc_archive_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_off_anywhere),
        cmocka_unit_test(cut_off_in_the_second_of_a_row),
        cmocka_unit_test(plain_tar_cut_off),
        cmocka_unit_test(changed_anywhere),
        cmocka_unit_test(changed_tar_headers),
        cmocka_unit_test(zips_that_lie),
        cmocka_unit_test(something_behind),
        cmocka_unit_test(a_mark_and_no_more),
        cmocka_unit_test(padding_is_the_end),
        cmocka_unit_test(a_gzip_file_has_its_sum),
        cmocka_unit_test(pax_headers_that_make_no_sense),
        cmocka_unit_test(a_stream_that_fails),
        cmocka_unit_test(without_an_error),
    };

    return cmocka_run_group_tests_name("archive_damage", tests, NULL, NULL);
}
