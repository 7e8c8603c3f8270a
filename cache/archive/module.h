/* module.h - the functions of reader.h in the module dbcache-archive.so, for a program that must
 * start without libarchive: most files are no archives. */
#ifndef DBC_ARCHIVE_MODULE_H
#define DBC_ARCHIVE_MODULE_H

#include "archive/reader.h"
#include "base/module.h"

#define DBC_ARCHIVE_MODULE_SYMBOL "dbcache_archive_module"
#define DBC_ARCHIVE_MODULE_HEAD                                                                    \
    {                                                                                              \
        .version = DBC_VERSION, .abi = sizeof(struct dbc_stream) ^                                 \
                                       sizeof(struct dbc_reader_member) << 12 ^                    \
                                       sizeof(struct dbc_error) << 24                              \
    }

struct dbc_archive_module {
    struct dbc_module_head head; /* DBC_ARCHIVE_MODULE_HEAD */
    /* The functions of reader.h. */
    struct dbc_reader *(*open)(enum dbc_kind kind, const struct dbc_stream *from,
                               struct dbc_error *err);
    void (*close)(struct dbc_reader *reader);
    int (*next)(struct dbc_reader *reader, struct dbc_reader_member *ret, struct dbc_error *err);
    ssize_t (*read)(struct dbc_reader *reader, char *buffer, size_t len, struct dbc_error *err);
    uint64_t (*made)(const struct dbc_reader *reader);
};

/* Returns the module.  A program that links dbc_archive_loader loads it as dbc_module_load does,
 * and this fails likewise.  One that links dbc_archive_reader has it inside; so does libdbcache,
 * which comes without modules. */
const struct dbc_archive_module *dbc_archive_load(struct dbc_error *err);

#endif
