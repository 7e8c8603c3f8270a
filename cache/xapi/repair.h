/* repair.h - the bytes of an answer, made well-formed XML on their way to the parser.
 *
 * Real servers print values that no XML parser takes.  This filter mends exactly these, and leaves
 * every other byte to the parser:
 *   - control bytes other than TAB, LF and CR (raw where a printer should have deleted them):
 * dropped;
 *   - bytes that are no UTF-8, and characters that XML does not have: U+FFFD;
 *   - a `&` that starts none of the five entities and no numeric reference: the character itself;
 *   - a `<` that starts no tag of XML-RPC: the character itself.  Inside <name>, which some
 *     releases print without any escaping, that is every `<` but the one of </name>.
 * What is in doubt is held back until the next bytes decide, so the cut between two pieces never
 * shows.
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
    char in[DBC_XAPI_REPAIR_BLOCK + 1]; /* + 1: a NUL behind what is there */
    char out[DBC_XAPI_REPAIR_BLOCK];
};

void dbc_xapi_repair_init(struct dbc_xapi_repair *repair, dbc_xapi_bytes_fn *put, void *ctx);
/* 0, or -1 as soon as `put` says so. */
int dbc_xapi_repair_add(struct dbc_xapi_repair *repair, const char *data, size_t len);
/* No more bytes will come: passes on what was held back. */
int dbc_xapi_repair_end(struct dbc_xapi_repair *repair);

#endif
