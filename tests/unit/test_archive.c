/* test_archive.c - archive/archive.c: each kind of archive that is read and the refusal of others,
 * which members there are and what they are called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>

#include "archive/zipend.h"
#include "unit/archive_make.h"

static const struct item three[] = {
    FILE_ITEM("etc/a", "alpha"), FILE_ITEM("b", ""), FILE_ITEM("./c", "gamma\n"), { 0 }
};
#define THREE "etc/a=alpha\nb=\nc=gamma\n\n"

/* The whole walk, once in one piece and once byte by byte. */
static void assert_walk(const struct dbc_buf *archive, const char *want, size_t len)
{
    static const size_t pieces[] = { 0, 1, 7 };

    assert_false(archive->failed);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        struct dbc_buf out = DBC_BUF_INIT;
        struct dbc_error err = DBC_ERROR_INIT;
        enum dbc_code code = walk(archive->data, archive->len, pieces[i], &out, &err);
        assert_string_equal(err.text, "");
        assert_int_equal(code, DBC_OK);
        assert_int_equal(out.len, len);
        assert_memory_equal(out.data, want, len);
        assert_int_equal(walk(archive->data, archive->len, pieces[i], NULL, NULL), DBC_OK);
        dbc_buf_release(&out);
    }
}

static void assert_made(struct recipe recipe, const struct item *items, const char *want)
{
    struct dbc_buf archive = DBC_BUF_INIT;

    make_archive(&archive, recipe, items);
    assert_walk(&archive, want, strlen(want));
    dbc_buf_release(&archive);
}

static void assert_refused(const void *data, size_t len, enum dbc_code code, const char *text)
{
    struct dbc_buf out = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(walk(data, len, 0, &out, &err), code);
    if (strstr(err.text, text) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", text, err.text);
    }
    dbc_buf_release(&out);
}

/* ---- Kinds -------------------------------------------------------------------------------- */

static void plain_files_stay(void **state)
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

    (void)state;
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
static void plain_files_of_each_size_stay(void **state)
{
    static const size_t sizes[] = { 511, 512, 513, 1024, 65535, 65536, 65537, 300000 };
    struct dbc_buf want = DBC_BUF_INIT;
    struct dbc_buf file = DBC_BUF_INIT;

    (void)state;
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
static void zeros_are_a_plain_file(void **state)
{
    static const char zeros[10240];
    struct dbc_buf out = DBC_BUF_INIT;

    (void)state;
    assert_int_equal(walk(zeros, sizeof zeros, 0, &out, NULL), DBC_OK);
    assert_int_equal(out.len, sizeof zeros + 2);
    dbc_buf_release(&out);
}

/* XML with the word of a tar's header where a tar has it, and a number where its sum would be. */
static void xml_is_no_tar(void **state)
{
    char text[600];
    struct dbc_buf out = DBC_BUF_INIT;

    (void)state;
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

static void one_compressed_file(void **state)
{
    static const struct {
        const char *data;
        size_t len;
    } files[] = { { "<database/>", 11 }, { "", 0 }, { NULL, 200000 } };

    (void)state;
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
static void files_in_a_row_are_one(void **state)
{
    (void)state;
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
static void a_gzip_header_in_full(void **state)
{
    static const unsigned char all[] = "\x1f\x8b\x08\x1c\0\0\0\0\0\3"
                                       "\4\0abcd"
                                       "name\0comment\0"
                                       "\xcb\x48\x04\x00"
                                       "\x9e\xa2\x48\xd6\x02\0\0\0";
    struct dbc_buf packed = DBC_BUF_INIT;

    (void)state;
    dbc_buf_add(&packed, all, sizeof all - 1);
    assert_walk(&packed, "=ha\n", 4);
    dbc_buf_release(&packed);
}

static void tar_of_each_variant(void **state)
{
    static const int formats[] = { ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FORMAT_TAR_GNUTAR,
                                   ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE,
                                   ARCHIVE_FORMAT_TAR_PAX_RESTRICTED };

    (void)state;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        assert_made((struct recipe){ formats[i], ARCHIVE_FILTER_NONE, NULL }, three, THREE);
    }
    assert_made(TAR(ARCHIVE_FILTER_GZIP), three, THREE);
    assert_made(TAR(ARCHIVE_FILTER_BZIP2), three, THREE);
    assert_made(TAR(ARCHIVE_FILTER_ZSTD), three, THREE);
}

/* The oldest one has no mark: only its sum says so. */
static void tar_without_a_mark(void **state)
{
    struct dbc_buf tar = DBC_BUF_INIT;

    (void)state;
    make_archive(&tar, (struct recipe){ ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL },
                 (const struct item[]){ FILE_ITEM("old", "text"), { 0 } });
    memset(tar.data + 257, 0, 255);
    sum_header(tar.data);
    assert_walk(&tar, "old=text\n", 9);
    dbc_buf_release(&tar);
}

static void zip_deflated_and_stored(void **state)
{
    struct dbc_buf twice = DBC_BUF_INIT;

    (void)state;
    assert_made(ZIP("zip:compression=deflate"), three, THREE);
    assert_made(ZIP("zip:compression=store"), three, THREE);
    assert_made(ZIP("zip:zip64"), three, THREE);
    assert_made(ZIP(NULL), (const struct item[]){ { 0 } }, "");
    make_archive(&twice, ZIP(NULL), (const struct item[]){ { "z", NULL, 100000, 0, NULL }, { 0 } });
    assert_int_equal(walk(twice.data, twice.len, 1, NULL, NULL), DBC_OK);
    dbc_buf_release(&twice);
}

static void zip_with_a_comment(void **state)
{
    struct dbc_buf zip = DBC_BUF_INIT;

    (void)state;
    make_archive(&zip, ZIP(NULL), three);
    zip.data[zip.len - 2] = '\x34';
    zip.data[zip.len - 1] = '\x12';
    memset(dbc_buf_reserve(&zip, 0x1234), 'P', 0x1234);
    dbc_buf_added(&zip, 0x1234);
    assert_walk(&zip, THREE, strlen(THREE));
    dbc_buf_release(&zip);
}

/* Its end across the place where the bytes that are kept of it begin anew. */
static void zip_of_each_length(void **state)
{
    const struct recipe stored = ZIP("zip:compression=store");
    struct item items[] = { { "z", NULL, 100000, 0, NULL }, { 0 } };
    struct dbc_buf zip = DBC_BUF_INIT;
    size_t more = 0;

    (void)state;
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

static void encrypted_zip_is_refused(void **state)
{
    struct dbc_buf zip = DBC_BUF_INIT;

    (void)state;
    make_archive(&zip, ZIP("zip:encryption=traditional"), three);
    assert_refused(zip.data, zip.len, DBC_EPARSE, "member etc/a encrypted");
    dbc_buf_clear(&zip);
    make_archive(&zip, ZIP("zip:encryption=aes256"), three);
    assert_refused(zip.data, zip.len, DBC_EPARSE, "encrypted");
    dbc_buf_release(&zip);
}

/* Of one member, in its local header, as if it were packed by bzip2: the others can be read. */
static void other_methods_are_refused(void **state)
{
    struct dbc_buf zip = DBC_BUF_INIT;

    (void)state;
    make_archive(&zip, ZIP("zip:compression=store"), three);
    zip.data[8] = 12;
    assert_refused(zip.data, zip.len, DBC_EPARSE, "found (bzip)");
    assert_int_equal(walk(zip.data, zip.len, 0, NULL, NULL), DBC_OK);
    dbc_buf_release(&zip);
}

static void other_archives_are_refused(void **state)
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

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct dbc_buf packed = DBC_BUF_INIT;
        assert_refused(kinds[i].start, kinds[i].len, DBC_EPARSE, kinds[i].name);
        make_packed(&packed, ARCHIVE_FILTER_BZIP2, kinds[i].start, kinds[i].len);
        assert_refused(packed.data, packed.len, DBC_EPARSE, kinds[i].name);
        dbc_buf_release(&packed);
    }
}

static void compressed_twice_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_FILTERS * N_FILTERS; i++) {
        struct dbc_buf once = DBC_BUF_INIT, twice = DBC_BUF_INIT;
        make_packed(&once, filters[i / N_FILTERS], "text", 4);
        make_packed(&twice, filters[i % N_FILTERS], once.data, once.len);
        assert_refused(twice.data, twice.len, DBC_EPARSE, "compressed twice");
        dbc_buf_release(&once);
        dbc_buf_release(&twice);
    }
}

/* ---- Members ------------------------------------------------------------------------------ */

static void only_regular_files_are_members(void **state)
{
    static const struct item items[] = { { "dir", NULL, 0, AE_IFDIR, NULL },
                                         { "slash/", NULL, 0, AE_IFDIR, NULL },
                                         FILE_ITEM("a", "1"),
                                         { "hard", NULL, 0, AE_IFREG, "a" },
                                         { "soft", NULL, 0, AE_IFLNK, "/etc/shadow" },
                                         { "block", NULL, 0, AE_IFBLK, NULL },
                                         { "char", NULL, 0, AE_IFCHR, NULL },
                                         { "pipe", NULL, 0, AE_IFIFO, NULL },
                                         FILE_ITEM("z", "2"),
                                         { 0 } };
    static const struct item in_zip[] = { { "dir/", NULL, 0, AE_IFDIR, NULL },
                                          FILE_ITEM("a", "1"),
                                          { "soft", NULL, 0, AE_IFLNK, "/etc/shadow" },
                                          FILE_ITEM("z", "2"),
                                          { 0 } };

    (void)state;
    assert_made(TAR(ARCHIVE_FILTER_NONE), items, "a=1\nz=2\n");
    assert_made((struct recipe){ ARCHIVE_FORMAT_TAR_GNUTAR, ARCHIVE_FILTER_GZIP, NULL }, items,
                "a=1\nz=2\n");
    assert_made(ZIP(NULL), in_zip, "a=1\nsoft=/etc/shadow\nz=2\n");
}

/* One whose mode says that it is a regular file, as some programs write it. */
static void a_hard_link_is_no_member(void **state)
{
    static const struct item items[] = { FILE_ITEM("a", "1"),
                                         { "hard", NULL, 0, AE_IFREG, "a" },
                                         { 0 } };
    struct dbc_buf tar = DBC_BUF_INIT;

    (void)state;
    make_archive(&tar, (struct recipe){ ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL },
                 items);
    memcpy(tar.data + 1024 + 100, "0100644", 7);
    sum_header(tar.data + 1024);
    assert_walk(&tar, "a=1\n", 4);
    dbc_buf_release(&tar);
}

static void paths_outside_are_marked(void **state)
{
    static const struct item items[] = { FILE_ITEM("../x", "1"),
                                         FILE_ITEM("/x", "2"),
                                         FILE_ITEM("a/../../x", "3"),
                                         FILE_ITEM("a/../x", "4"),
                                         FILE_ITEM("a/..", "5"),
                                         FILE_ITEM("./../x", "6"),
                                         FILE_ITEM("./x", "7"),
                                         FILE_ITEM("..x", "8"),
                                         FILE_ITEM("x..", "9"),
                                         FILE_ITEM("a/..x/b", "10"),
                                         FILE_ITEM("...", "11"),
                                         FILE_ITEM("././/x", "12"),
                                         FILE_ITEM(".x", "13"),
                                         FILE_ITEM("a/./b", "14"),
                                         FILE_ITEM("..", "15"),
                                         FILE_ITEM("a//../b", "16"),
                                         { 0 } };
    static const char want[] = "!../x=1\n!/x=2\n!a/../../x=3\n!a/../x=4\n!a/..=5\n!../x=6\nx=7\n"
                               "..x=8\nx..=9\na/..x/b=10\n...=11\nx=12\n.x=13\na/./b=14\n!..=15\n"
                               "!a//../b=16\n";

    (void)state;
    assert_made((struct recipe){ ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL }, items,
                want);
    assert_made(ZIP("zip:compression=store"), items, want);
}

static void members_of_one_name_are_all_there(void **state)
{
    static const struct item items[] = {
        FILE_ITEM("a", "1"), FILE_ITEM("a", "2"), FILE_ITEM("./a", "3"), { 0 }
    };

    (void)state;
    assert_made(TAR(ARCHIVE_FILTER_NONE), items, "a=1\na=2\na=3\n");
    assert_made(ZIP(NULL), items, "a=1\na=2\na=3\n");
}

/* In pax headers and in zips that say UTF-8, without a locale that knows it. */
static void names_in_utf8_stay(void **state)
{
    static const struct item items[] = { FILE_ITEM("f\xc3\xbcr/\xe2\x82\xac", "1"), { 0 } };
    static const char want[] = "f\xc3\xbcr/\xe2\x82\xac=1\n";
    struct dbc_buf tar = DBC_BUF_INIT, zip = DBC_BUF_INIT;

    (void)state;
    assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
    make_archive(&tar,
                 (struct recipe){ ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FILTER_NONE, NULL },
                 items);
    make_archive(&zip, ZIP("zip:hdrcharset=UTF-8"), items);
    setlocale(LC_CTYPE, "C");
    assert_non_null(memmem(tar.data, tar.len, "path=f", 6));
    assert_walk(&tar, want, strlen(want));
    assert_walk(&zip, want, strlen(want));
    assert_string_equal(setlocale(LC_CTYPE, NULL), "C");
    assert_true(uselocale((locale_t)0) == LC_GLOBAL_LOCALE);
    dbc_buf_release(&tar);
    dbc_buf_release(&zip);
}

/* They come as they are; who prints them escapes them, as errors do. */
static void names_of_any_bytes_stay(void **state)
{
    static const struct item items[] = { FILE_ITEM("a\x1b[31m\n\xff", "1"), { 0 } };
    struct dbc_buf tar = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    (void)state;
    make_archive(&tar, (struct recipe){ ARCHIVE_FORMAT_TAR_GNUTAR, ARCHIVE_FILTER_NONE, NULL },
                 items);
    assert_walk(&tar, "a\x1b[31m\n\xff=1\n", 11);
    dbc_buf_clear(&tar);
    make_archive(&tar, ZIP("zip:encryption=traditional"), items);
    assert_int_equal(walk(tar.data, tar.len, 0, NULL, &err), DBC_EPARSE);
    assert_non_null(strstr(err.text, "a\\x1b[31m\\x0a\\xff"));
    dbc_buf_release(&tar);
}

/* A zip that says UTF-8 of a name that is not: no name at all, rather than one that is made up. */
static void zip_names_that_lie_are_refused(void **state)
{
    struct dbc_buf zip = DBC_BUF_INIT;

    (void)state;
    make_archive(&zip, ZIP("zip:compression=store"),
                 (const struct item[]){ FILE_ITEM("a\xff", "1"), { 0 } });
    zip.data[7] |= 8;
    assert_refused(zip.data, zip.len, DBC_EPARSE, "name for member 1");
    dbc_buf_release(&zip);
}

static void a_name_that_is_empty_is_refused(void **state)
{
    struct dbc_buf tar = DBC_BUF_INIT;

    (void)state;
    make_archive(&tar, (struct recipe){ ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL },
                 (const struct item[]){ FILE_ITEM("x", "1"), { 0 } });
    tar.data[0] = '\0';
    sum_header(tar.data);
    assert_refused(tar.data, tar.len, DBC_EPARSE, "name for member 1");
    dbc_buf_release(&tar);
}

/* The map of a sparse file; GNU tar's three ways all end in the same list inside libarchive. */
static void holes_are_zeros(void **state)
{
    struct archive *writer = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    struct dbc_buf tar = DBC_BUF_INIT, out = DBC_BUF_INIT;
    static char data[400000];

    (void)state;
    memset(data + 100000, 'x', 512);
    archive_write_set_format_pax(writer);
    archive_write_open(writer, &tar, NULL, make_add, NULL);
    archive_entry_set_pathname(entry, "sparse");
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_size(entry, sizeof data);
    archive_entry_sparse_add_entry(entry, 100000, 512);
    make_check(writer, archive_write_header(writer, entry));
    make_check(writer, archive_write_data(writer, data, sizeof data));
    archive_entry_free(entry);
    archive_write_free(writer);
    assert_true(tar.len < 30000);
    assert_int_equal(walk(tar.data, tar.len, 0, &out, NULL), DBC_OK);
    assert_int_equal(out.len, 7 + sizeof data + 1);
    assert_memory_equal(out.data, "sparse=", 7);
    assert_memory_equal(out.data + 7, data, sizeof data);
    dbc_buf_release(&tar);
    dbc_buf_release(&out);
}

static void members_may_be_left_unread(void **state)
{
    static const struct item items[] = { { "a", NULL, 300000, 0, NULL },
                                         FILE_ITEM("b", "text"),
                                         { 0 } };
    static const struct recipe recipes[] = {
        { ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL },
        { ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP, NULL },
        { ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, NULL },
        { ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, "zip:compression=store" },
    };

    (void)state;
    for (size_t i = 0; i < 2 * sizeof recipes / sizeof recipes[0]; i++) {
        struct dbc_buf file = DBC_BUF_INIT, out = DBC_BUF_INIT;
        make_archive(&file, recipes[i / 2], items);
        struct bytes bytes = { .data = file.data, .len = file.len };
        struct dbc_stream stream = bytes_stream(&bytes), first;
        struct dbc_archive *archive = dbc_archive_open(&stream, NULL);
        struct dbc_member member;
        char some[1000];
        assert_int_equal(dbc_archive_next(archive, &member, NULL), 1);
        first = dbc_archive_stream(archive, "first");
        assert_true(i % 2 == 0 || first.read(&first, some, sizeof some, NULL) > 0);
        assert_int_equal(dbc_archive_next(archive, &member, NULL), 1);
        assert_int_equal(walk_member(archive, &member, &out, NULL), 0);
        assert_string_equal(dbc_buf_str(&out), "b=text\n");
        assert_int_equal(dbc_archive_next(archive, &member, NULL), 0);
        dbc_archive_close(archive);
        dbc_buf_release(&file);
        dbc_buf_release(&out);
    }
}

/* state.db.gz in a bug report. */
static void an_archive_in_an_archive(void **state)
{
    struct dbc_buf inner = DBC_BUF_INIT, outer = DBC_BUF_INIT, out = DBC_BUF_INIT;

    (void)state;
    make_packed(&inner, ARCHIVE_FILTER_GZIP, "<database/>", 11);
    make_archive(&outer, TAR(ARCHIVE_FILTER_GZIP),
                 (const struct item[]){ { "bug/state.db.gz", inner.data, inner.len, 0, NULL },
                                        FILE_ITEM("bug/next", "text"),
                                        { 0 } });
    struct bytes bytes = { .data = outer.data, .len = outer.len, .piece = 3 };
    struct dbc_stream stream = bytes_stream(&bytes);
    struct dbc_archive *archive = dbc_archive_open(&stream, NULL);
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_member member;
    assert_int_equal(dbc_archive_next(archive, &member, &err), 1);
    assert_string_equal(member.path, "bug/state.db.gz");
    struct dbc_stream packed = dbc_archive_stream(archive, "bug/state.db.gz");
    assert_int_equal(walk_stream(&packed, &out, &err), 0);
    assert_string_equal(dbc_buf_str(&out), "=<database/>\n");
    assert_int_equal(dbc_archive_next(archive, &member, &err), 1);
    assert_string_equal(member.path, "bug/next");
    assert_int_equal(dbc_archive_next(archive, &member, &err), 0);
    dbc_archive_close(archive);
    dbc_buf_release(&inner);
    dbc_buf_release(&outer);
    dbc_buf_release(&out);
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
        cmocka_unit_test(only_regular_files_are_members),
        cmocka_unit_test(a_hard_link_is_no_member),
        cmocka_unit_test(paths_outside_are_marked),
        cmocka_unit_test(members_of_one_name_are_all_there),
        cmocka_unit_test(names_in_utf8_stay),
        cmocka_unit_test(names_of_any_bytes_stay),
        cmocka_unit_test(zip_names_that_lie_are_refused),
        cmocka_unit_test(a_name_that_is_empty_is_refused),
        cmocka_unit_test(holes_are_zeros),
        cmocka_unit_test(members_may_be_left_unread),
        cmocka_unit_test(an_archive_in_an_archive),
    };

    return cmocka_run_group_tests_name("archive", tests, NULL, NULL);
}
