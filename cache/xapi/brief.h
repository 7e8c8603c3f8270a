/* brief.h - the sink for records of which little is wanted: some keys of other_config, the uuid and
 * the bridge.  For get_all_records[_where] and for event.from.  Each record is passed on as it
 * ends, and nothing else of an answer is kept, however large the pool. */
#ifndef DBC_XAPI_BRIEF_H
#define DBC_XAPI_BRIEF_H

#include "base/buf.h"
#include "xapi/value.h"

#define DBC_XAPI_BRIEF_KEYS 8 /* keys of other_config, at most */

/* What one record has.  A text that it lacks is "", a value NULL; all are valid during the call. */
struct dbc_xapi_brief_record {
    const char *ref, *uuid, *bridge;
    const char *value[DBC_XAPI_BRIEF_KEYS]; /* of the keys, in their order */
    /* Of an event: */
    const char *class_; /* "network", "pool", ... */
    bool gone;          /* the record was deleted; only `ref` and `class_` are set */
};

/* Takes a record; 0, or -1 with *err to stop. */
typedef int dbc_xapi_brief_fn(void *ctx, const struct dbc_xapi_brief_record *record,
                              struct dbc_error *err);

struct dbc_xapi_brief {
    const char *const *keys; /* ended by NULL; borrowed */
    bool events;             /* the answer is event.from's */
    dbc_xapi_brief_fn *tell;
    void *ctx;
    struct dbc_buf token; /* of event.from: where the next call continues */
    /* While it is read: */
    size_t depth;
    unsigned char place[DBC_XAPI_DEPTH_MAX]; /* what each open array or struct is */
    unsigned char member;                    /* what the next value is */
    struct dbc_buf text;                     /* of the record, each with its NUL */
    size_t at[5 + DBC_XAPI_BRIEF_KEYS];      /* offsets in `text`; 0: the record lacks it */
};

/* `events`: the answer is event.from's.  `keys` end with NULL; they and `ctx`, which `tell` gets,
 * are borrowed.  dbc_xapi_brief_release must follow. */
void dbc_xapi_brief_init(struct dbc_xapi_brief *brief, bool events, const char *const *keys,
                         dbc_xapi_brief_fn *tell, void *ctx);
void dbc_xapi_brief_release(struct dbc_xapi_brief *brief);

/* ctx: a struct dbc_xapi_brief.  DBC_EPARSE for an answer that is no map of records or no list of
 * events, and for a field of the wrong type; DBC_ENOMEM; or as `tell` fails. */
extern const struct dbc_xapi_sink dbc_xapi_brief_sink;

#endif
