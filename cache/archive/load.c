/* load.c - opens dbcache-archive.so on demand.  In a library of its own, dbc_archive_loader, which
 * needs no libarchive. */
#include <dlfcn.h>

#include "archive/module.h"

/* Found by the run path of the program. */
#define MODULE "dbcache-archive.so"

const struct dbc_archive_module *dbc_archive_load(struct dbc_error *err)
{
    static const struct dbc_module_kind kind = {
        .symbol = DBC_ARCHIVE_MODULE_SYMBOL,
        .head = DBC_ARCHIVE_MODULE_HEAD,
        .binding = RTLD_LAZY, /* most of libarchive is never called */
        .what = "what reads archives",
    };

    return dbc_module_load(MODULE, &kind, err);
}
