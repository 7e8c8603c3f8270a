/* cache_text.h - for tests of model and xml: reads text into a database and writes it back, and
 * remembers the warnings. */
#ifndef TESTS_UNIT_CACHE_TEXT_H
#define TESTS_UNIT_CACHE_TEXT_H

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "model/database.h"
#include "xml/reader.h"
#include "xml/writer.h"

#define ROOT_OPEN "<xenserver-network-configuration>"
#define ROOT_CLOSE "</xenserver-network-configuration>"

struct warnings {
    unsigned n;
    enum dbc_code code;                   /* of the last one */
    char last[DBC_ERROR_TEXT_SIZE + 300]; /* "FILE:LINE:COLUMN: TEXT" */
    char first[DBC_ERROR_TEXT_SIZE + 300];
};

static inline void remember_warning(void *ctx, const struct dbc_error *warning)
{
    struct warnings *w = ctx;

    dbc_error_string(warning, w->last, sizeof w->last);
    if (w->n++ == 0) {
        memcpy(w->first, w->last, sizeof w->first);
    }
    w->code = warning->code;
}

static inline void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("no '%s' in '%s'", part, text);
    }
}

static inline struct dbc_db *read_bytes(const void *data, size_t len, struct warnings *w,
                                        struct dbc_error *err)
{
    memset(w, 0, sizeof *w);
    dbc_error_clear(err);
    return dbc_xml_read_memory("t", data, len, remember_warning, w, err);
}

static inline struct dbc_db *read_text(const char *text, struct warnings *w, struct dbc_error *err)
{
    return read_bytes(text, strlen(text), w, err);
}

/* A document whose root has this content, which must be without any fault. */
static inline struct dbc_db *read_good(const char *content)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    struct warnings w;
    struct dbc_db *db = NULL;

    dbc_buf_addf(&text, ROOT_OPEN "%s" ROOT_CLOSE, content);
    db = read_text(dbc_buf_str(&text), &w, &err);
    dbc_buf_release(&text);
    assert_string_equal(w.last, "");
    assert_string_equal(err.text, "");
    assert_non_null(db);
    return db;
}

/* fixtures/dialects/NAME.dbcache. */
static inline struct dbc_db *read_dialect(const char *name)
{
    struct dbc_db *db = NULL;
    char path[512] = "";

    snprintf(path, sizeof path, FIXTURES "/dialects/%s.dbcache", name);
    db = dbc_xml_read_file(path, NULL, NULL, NULL);
    assert_non_null(db);
    return db;
}

/* The canonical text; the caller releases the buffer. */
static inline struct dbc_buf format(const struct dbc_db *db)
{
    struct dbc_buf text = DBC_BUF_INIT;

    assert_int_equal(dbc_xml_format(db, &text, NULL), 0);
    return text;
}

static inline void assert_formats(const struct dbc_db *db, const char *expected)
{
    struct dbc_buf text = format(db);

    assert_string_equal(dbc_buf_str(&text), expected);
    dbc_buf_release(&text);
}

/* Calls `use` with every file of a folder, in no order; returns their number. */
static inline unsigned each_file(const char *folder, void (*use)(const char *path))
{
    DIR *dir = opendir(folder);
    struct dirent *entry = NULL;
    unsigned n = 0;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        char path[1024] = "";

        if (entry->d_name[0] != '.' && strcmp(entry->d_name, "README.md") != 0) {
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            use(path);
            n++;
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    return n;
}

#endif
