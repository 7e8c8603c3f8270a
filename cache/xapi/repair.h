/* repair.h - makes the bytes of an answer well-formed XML on their way to the parser.
 *
 * Real servers print values that no XML parser accepts.  This filter mends these bytes, and leaves
 * every other one to the parser:
 *   - control bytes other than TAB, LF and CR are dropped;
 *   - bytes that are not UTF-8 or no characters of XML become U+FFFD;
 *   - a `&` that starts none of the five entities and no numeric reference is escaped;
 *   - a `<` that starts no tag of XML-RPC is escaped.  Inside <name>, which some releases print
 *     without any escaping, that is every `<` but the one of </name>.
 * Bytes that cannot be judged yet are held back until the next ones come, so that it does not
 * matter where the pieces of an answer begin.
 */
#ifndef DBC_XAPI_REPAIR_H
#define DBC_XAPI_REPAIR_H

#include <stdbool.h>
#include <stddef.h>

#define DBC_XAPI_REPAIR_BLOCK 16384u

/* Takes the mended bytes; 0, or -1 to stop. */
typedef int dbc_xapi_bytes_fn(void *ctx, const char *data, size_t len);

struct dbc_xapi_repair {
    dbc_xapi_bytes_fn *put;
    void *ctx;
    bool in_name;  /* between <name> and </name> */
    bool in_cdata; /* where `&` and `<` mean themselves */
    size_t n_in, n_out;
    char in[DBC_XAPI_REPAIR_BLOCK + 1]; /* with a NUL at the end */
    char out[DBC_XAPI_REPAIR_BLOCK];
};

/* `ctx`, which `put` gets, is borrowed. */
void dbc_xapi_repair_init(struct dbc_xapi_repair *repair, dbc_xapi_bytes_fn *put, void *ctx);
/* Returns 0, or -1 when `put` does. */
int dbc_xapi_repair_add(struct dbc_xapi_repair *repair, const char *data, size_t len);
/* To be called at the end of the answer: passes on what was held back.  Returns 0, or -1 when `put`
 * does. */
int dbc_xapi_repair_end(struct dbc_xapi_repair *repair);

#endif
