/* test_archive_members.c - archive/archive.c: which members there are and what they are called. */
#include "unit/test.h"

#include "unit/archive_walk.h"

/* ---- Members ------------------------------------------------------------------------------ */

TEST(only_regular_files_are_members)
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

    assert_made(TAR(ARCHIVE_FILTER_NONE), items, "a=1\nz=2\n");
    assert_made((struct recipe){ ARCHIVE_FORMAT_TAR_GNUTAR, ARCHIVE_FILTER_GZIP, NULL }, items,
                "a=1\nz=2\n");
    assert_made(ZIP(NULL), in_zip, "a=1\nsoft=/etc/shadow\nz=2\n");
}

/* One whose mode says that it is a regular file, as some programs write it. */
TEST(a_hard_link_is_no_member)
{
    static const struct item items[] = { FILE_ITEM("a", "1"),
                                         { "hard", NULL, 0, AE_IFREG, "a" },
                                         { 0 } };
    struct dbc_buf tar = DBC_BUF_INIT;

    make_archive(&tar, (struct recipe){ ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL },
                 items);
    memcpy(tar.data + 1024 + 100, "0100644", 7);
    sum_header(tar.data + 1024);
    assert_walk(&tar, "a=1\n", 4);
    dbc_buf_release(&tar);
}

TEST(paths_outside_are_marked)
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

    assert_made((struct recipe){ ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL }, items,
                want);
    assert_made(ZIP("zip:compression=store"), items, want);
}

TEST(members_of_one_name_are_all_there)
{
    static const struct item items[] = {
        FILE_ITEM("a", "1"), FILE_ITEM("a", "2"), FILE_ITEM("./a", "3"), { 0 }
    };

    assert_made(TAR(ARCHIVE_FILTER_NONE), items, "a=1\na=2\na=3\n");
    assert_made(ZIP(NULL), items, "a=1\na=2\na=3\n");
}

/* In pax headers and in zips that say UTF-8, without a locale that knows it. */
TEST(names_in_utf8_stay)
{
    static const struct item items[] = { FILE_ITEM("f\xc3\xbcr/\xe2\x82\xac", "1"), { 0 } };
    static const char want[] = "f\xc3\xbcr/\xe2\x82\xac=1\n";
    struct dbc_buf tar = DBC_BUF_INIT, zip = DBC_BUF_INIT;

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
TEST(names_of_any_bytes_stay)
{
    static const struct item items[] = { FILE_ITEM("a\x1b[31m\n\xff", "1"), { 0 } };
    struct dbc_buf tar = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

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
TEST(zip_names_that_lie_are_refused)
{
    struct dbc_buf zip = DBC_BUF_INIT;

    make_archive(&zip, ZIP("zip:compression=store"),
                 (const struct item[]){ FILE_ITEM("a\xff", "1"), { 0 } });
    zip.data[7] |= 8;
    assert_refused(zip.data, zip.len, DBC_EPARSE, "name for member 1");
    dbc_buf_release(&zip);
}

TEST(a_name_that_is_empty_is_refused)
{
    struct dbc_buf tar = DBC_BUF_INIT;

    make_archive(&tar, (struct recipe){ ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL },
                 (const struct item[]){ FILE_ITEM("x", "1"), { 0 } });
    tar.data[0] = '\0';
    sum_header(tar.data);
    assert_refused(tar.data, tar.len, DBC_EPARSE, "name for member 1");
    dbc_buf_release(&tar);
}

/* The map of a sparse file; GNU tar's three ways all end in the same list inside libarchive. */
TEST(holes_are_zeros)
{
    struct archive *writer = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    struct dbc_buf tar = DBC_BUF_INIT, out = DBC_BUF_INIT;
    static char data[400000];

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

TEST(members_may_be_left_unread)
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
TEST(an_archive_in_an_archive)
{
    struct dbc_buf inner = DBC_BUF_INIT, outer = DBC_BUF_INIT, out = DBC_BUF_INIT;

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
