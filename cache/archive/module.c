/* module.c - the one symbol that dbcache-archive.so exports; load.c looks for it.  A program that
 * has it inside gets it from dbc_archive_load. */
#include "archive/module.h"

DBC_API extern const struct dbc_archive_module dbcache_archive_module;

const struct dbc_archive_module dbcache_archive_module = {
    .head = DBC_ARCHIVE_MODULE_HEAD,
    .open = dbc_reader_open,
    .close = dbc_reader_close,
    .next = dbc_reader_next,
    .read = dbc_reader_read,
    .made = dbc_reader_made,
};

const struct dbc_archive_module *dbc_archive_load(struct dbc_error *err)
{
    (void)err;
    return &dbcache_archive_module;
}
