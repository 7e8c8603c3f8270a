/* cache_again.h - what came of hostile data as a cache that is written, read and written again. */
#ifndef FUZZ_CACHE_AGAIN_H
#define FUZZ_CACHE_AGAIN_H

#include "policy.h"
#include "xml/reader.h"
#include "xml/writer.h"

/* For the reading: it may warn about values, never about damage. */
static inline void no_damage(void *ctx, const struct dbc_error *warning)
{
    (void)ctx;
    must(warning->code == DBC_EINVAL, "damage in what was written", warning->text);
}

/* Appends the records as a cache to `out`; what is read of it must be written as the same bytes. */
static inline void cache_again(const struct dbc_db *db, dbc_warning_fn *warn, struct dbc_buf *out)
{
    struct dbc_buf first = DBC_BUF_INIT, second = DBC_BUF_INIT;
    struct dbc_db *again = NULL;

    must(dbc_xml_format(db, &first, NULL) == 0, "records that cannot be written", "");
    again = dbc_xml_read_memory("again", first.data, first.len, warn, NULL, NULL);
    must(again != NULL && dbc_db_count(again, DBC_PIF) == dbc_db_count(db, DBC_PIF),
         "a cache that cannot be read", dbc_buf_str(&first));
    must(dbc_xml_format(again, &second, NULL) == 0, "records that cannot be written again", "");
    must(first.len == second.len && memcmp(first.data, second.data, first.len) == 0,
         "written again it is something else", dbc_buf_str(&first));
    dbc_buf_add(out, first.data, first.len);
    dbc_db_free(again);
    dbc_buf_release(&first);
    dbc_buf_release(&second);
}

#endif
