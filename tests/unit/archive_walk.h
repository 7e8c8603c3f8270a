/* archive_walk.h - a walk through an archive, whole and in pieces; for test_archive*.c. */
#ifndef TESTS_UNIT_ARCHIVE_WALK_H
#define TESTS_UNIT_ARCHIVE_WALK_H

#include <locale.h>

#include "archive/zipend.h"
#include "unit/archive_make.h"

static const struct item three[] = {
    FILE_ITEM("etc/a", "alpha"), FILE_ITEM("b", ""), FILE_ITEM("./c", "gamma\n"), { 0 }
};
#define THREE "etc/a=alpha\nb=\nc=gamma\n\n"

/* The whole walk, once in one piece and once byte by byte. */
static inline void assert_walk(const struct dbc_buf *archive, const char *want, size_t len)
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

static inline void assert_made(struct recipe recipe, const struct item *items, const char *want)
{
    struct dbc_buf archive = DBC_BUF_INIT;

    make_archive(&archive, recipe, items);
    assert_walk(&archive, want, strlen(want));
    dbc_buf_release(&archive);
}

static inline void assert_refused(const void *data, size_t len, enum dbc_code code,
                                  const char *text)
{
    struct dbc_buf out = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(walk(data, len, 0, &out, &err), code);
    if (strstr(err.text, text) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", text, err.text);
    }
    dbc_buf_release(&out);
}

#endif
