/* dbcache.h - the one public header of libdbcache: a XenServer host's network cache as records.
 *
 * network.dbcache keeps what XAPI last knew about one host's network: PIFs, bonds, VLANs, tunnels,
 * networks and the pool, each as a record with a reference ("OpaqueRef:...").  This library reads
 * the file as every known producer wrote it, lets a program look around and change fields, and
 * writes it back so that every known consumer can read it.
 *
 * Ownership: a `struct dbc_db` owns every record and every string that it hands out; they live
 * until dbc_db_free().  Strings are UTF-8 and never NULL where this header does not say otherwise.
 * Errors: functions that can fail return 0, or -1 with *err filled in (err may be NULL).
 * Threads: no global state; one database may be used by one thread at a time.
 */
#ifndef DBCACHE_H
#define DBCACHE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define DBC_API __attribute__((visibility("default")))
#else
#define DBC_API
#endif

/* ---- Errors ------------------------------------------------------------------------------- */

enum dbc_code {
    DBC_OK = 0,
    DBC_ENOMEM,      /* out of memory */
    DBC_EIO,         /* the system refused a file operation; sys_errno says why */
    DBC_ENOENT,      /* the file, record or field does not exist */
    DBC_EPARSE,      /* the input is not what its format allows; line and column say where */
    DBC_ELIMIT,      /* the input is larger than a limit of this library; the text names it */
    DBC_EINVAL,      /* a value that may not be used where it stands */
    DBC_ECONFLICT,   /* records contradict each other (a cycle, a reference to nothing) */
    DBC_EBUSY,       /* somebody else holds the lock */
    DBC_ETIMEOUT,    /* a deadline passed */
    DBC_ECOMMAND,    /* a command failed */
    DBC_EUNSUPPORTED /* understood, but not possible here */
};

#define DBC_ERROR_FILE_SIZE 256
#define DBC_ERROR_TEXT_SIZE 1024

/* Caller-owned; reporting into it cannot fail.  The first error stays: a later one does not
 * overwrite it until dbc_error_clear(). */
struct dbc_error {
    enum dbc_code code;
    int sys_errno;                  /* 0, or the errno behind DBC_EIO */
    unsigned line, column;          /* from 1; 0 where there is none */
    char file[DBC_ERROR_FILE_SIZE]; /* "" where there is none */
    char text[DBC_ERROR_TEXT_SIZE]; /* one line, control characters escaped */
};

#define DBC_ERROR_INIT                                                                             \
    {                                                                                              \
        .code = DBC_OK                                                                             \
    }

DBC_API void dbc_error_clear(struct dbc_error *err);

/* "FILE:LINE:COLUMN: TEXT", as much of it as there is, into out; returns out. */
DBC_API const char *dbc_error_string(const struct dbc_error *err, char *out, size_t size);

/* ---- Databases ---------------------------------------------------------------------------- */

struct dbc_db;
struct dbc_record;

enum dbc_class { DBC_PIF, DBC_BOND, DBC_VLAN, DBC_TUNNEL, DBC_NETWORK, DBC_POOL, DBC_N_CLASSES };

/* Called once a warning while a file is read.  Its code is DBC_EINVAL for a skipped record or a bad
 * value; any other code says that the file is damaged there and was not read further.  `warning` is
 * valid during the call only. */
typedef void dbc_warning_fn(void *ctx, const struct dbc_error *warning);

/* Reads a network.dbcache.  NULL with *err set when nothing in it is usable (no such file, not
 * XML, not this format, a limit crossed before the first record).  A file that is damaged after
 * whole records gives these records and a warning. */
DBC_API struct dbc_db *dbc_db_read(const char *path, dbc_warning_fn *warn, void *ctx,
                                   struct dbc_error *err);
/* The same from memory; `name` stands in messages for the file's name. */
DBC_API struct dbc_db *dbc_db_parse(const char *name, const void *data, size_t len,
                                    dbc_warning_fn *warn, void *ctx, struct dbc_error *err);
DBC_API struct dbc_db *dbc_db_new(struct dbc_error *err);
DBC_API void dbc_db_free(struct dbc_db *db);

/* Writes the canonical form: the same records give the same bytes.  dbc_db_write replaces `path`
 * atomically and durably (the old or the new file, whatever happens), keeping its mode and owner;
 * an unchanged file is not touched.  dbc_db_format returns malloc'd text in *text. */
DBC_API int dbc_db_write(const struct dbc_db *db, const char *path, struct dbc_error *err);
DBC_API int dbc_db_format(const struct dbc_db *db, char **text, size_t *len, struct dbc_error *err);

/* Records of a class in the order of their source; `i` from 0; NULL past the end. */
DBC_API size_t dbc_db_count(const struct dbc_db *db, enum dbc_class class_);
DBC_API const struct dbc_record *dbc_db_at(const struct dbc_db *db, enum dbc_class class_,
                                           size_t i);

/* NULL when there is none.  By bridge is the first network with that bridge. */
DBC_API const struct dbc_record *dbc_db_find_ref(const struct dbc_db *db, const char *ref);
DBC_API const struct dbc_record *dbc_db_find_uuid(const struct dbc_db *db, enum dbc_class class_,
                                                  const char *uuid);
DBC_API const struct dbc_record *dbc_db_find_bridge(const struct dbc_db *db, const char *bridge);

/* ---- Records and fields ------------------------------------------------------------------- */

DBC_API enum dbc_class dbc_record_class(const struct dbc_record *rec);
DBC_API const char *dbc_record_ref(const struct dbc_record *rec);
DBC_API unsigned dbc_record_line(const struct dbc_record *rec); /* 0: not read from a file */
DBC_API const char *dbc_class_name(enum dbc_class class_);      /* "pif", "bond", ... */

/* NULL as record, name or key is one that there is not.  Fields by name, as network.dbcache spells
 * it ("ip_configuration_mode").  A text, number, boolean or reference is returned as its text, or
 * as what its absence stands for ("", "-1" for VLAN, "1500" for MTU, "False", "OpaqueRef:NULL");
 * NULL for an unknown name and for lists and maps. */
DBC_API const char *dbc_record_get(const struct dbc_record *rec, const char *field);
/* The i-th reference of a list ("slaves", "PIFs"); NULL past the end or for another kind. */
DBC_API const char *dbc_record_list_at(const struct dbc_record *rec, const char *field, size_t i);
/* other_config: the value of a key, or NULL. */
DBC_API const char *dbc_record_other_config(const struct dbc_record *rec, const char *key);

/* ---- Changing ----------------------------------------------------------------------------- */

/* Each changes the records in memory; dbc_db_write saves them.  A text is copied; white space
 * around it does not count.  They return -1, and leave everything as it was, for
 *   DBC_ENOENT     no such field or reference, or the record is none of this database
 *   DBC_EINVAL     the field is of another kind; the value is NULL, has control characters, is no
 *                  UTF-8, no "True" or "False", no decimal number
 *   DBC_ELIMIT     a text above 64 KiB, a list or map above 8,192 items, a database above 96 MiB or
 *                  200,000 records
 *   DBC_ECONFLICT  where it is named below
 * and for DBC_ENOMEM, or where the database reaches its limit in the middle, when references may
 * agree on one side only.
 * Whether values make sense together, and each for itself (an address, a device's name, a mode), is
 * what dbc_db_check says: take a dbc_baseline before a change, check against it afterwards, and do
 * not save where it found a new error. */

/* A text, number, boolean or reference.  A reference is that of a record of the right class, or
 * "OpaqueRef:NULL" for none; the list on its other side is kept right (a PIF's `network` and the
 * network's `PIFs`). */
DBC_API int dbc_db_set(struct dbc_db *db, const struct dbc_record *rec, const char *field,
                       const char *value, struct dbc_error *err);
/* A list, in this order.  A list is the other side of a reference in each of its items
 * (`slaves` of a bond and `bond_slave_of` of each slave), which is set, or set to none in an item
 * that goes.  DBC_ECONFLICT: a reference stands twice. */
DBC_API int dbc_db_set_list(struct dbc_db *db, const struct dbc_record *rec, const char *field,
                            const char *const *refs, size_t n, struct dbc_error *err);
/* One key of a map; NULL as `value` takes it away.  DBC_EINVAL for a key that is no word of
 * letters, digits, '.', '_' and '-' with a letter or '_' in front: it could not be written. */
DBC_API int dbc_db_set_key(struct dbc_db *db, const struct dbc_record *rec, const char *field,
                           const char *key, const char *value, struct dbc_error *err);
/* A whole map: the i-th key has the i-th value.  As dbc_db_set_key, and DBC_ECONFLICT: a key stands
 * twice. */
DBC_API int dbc_db_set_map(struct dbc_db *db, const struct dbc_record *rec, const char *field,
                           const char *const *keys, const char *const *values, size_t n,
                           struct dbc_error *err);
/* As if the source had not had the field; of any kind. */
DBC_API int dbc_db_unset(struct dbc_db *db, const struct dbc_record *rec, const char *field,
                         struct dbc_error *err);

/* A new record with nothing but its reference, which is a word of printable ASCII without '<', '>',
 * '&' and quotes, at most 1,024 bytes: XAPI's are "OpaqueRef:" and a uuid.  NULL: DBC_EINVAL for
 * another reference, DBC_ECONFLICT when a record has it, or for a second pool; DBC_ELIMIT,
 * DBC_ENOMEM. */
DBC_API const struct dbc_record *dbc_db_add_record(struct dbc_db *db, enum dbc_class class_,
                                                   const char *ref, struct dbc_error *err);
/* Takes a record out; its own references are set to none first, so that nobody lists it.
 * DBC_ECONFLICT while a field of another record refers to it; the text names that one.  `rec` is
 * not to be used afterwards. */
DBC_API int dbc_db_remove_record(struct dbc_db *db, const struct dbc_record *rec,
                                 struct dbc_error *err);

/* ---- Checking and comparing --------------------------------------------------------------- */

enum dbc_severity {
    DBC_SEVERITY_WARNING, /* a value is dropped, replaced or ignored, or works only by luck */
    DBC_SEVERITY_ERROR    /* keeps an interface down or the host unreachable, or is unsafe */
};

struct dbc_report {   /* what a rule found; never NULL where it does not say so */
    const char *rule; /* its name, which stays: "vlan-parent-missing"; `dbcache check --list` */
    enum dbc_severity severity;
    const struct dbc_record *rec; /* NULL: the records as a whole */
    const char *field;            /* "" for the whole record */
    const char *key;              /* of other_config; NULL: none */
    const char *value;            /* what was found there, not escaped; NULL: no single value */
    const char *message;          /* one line that names the record; control characters escaped */
    const char *why, *what_to_do; /* one or two sentences of the rule */
};

/* Called once a finding, in the order of the file.  `report` and its texts are valid during the
 * call only, `rec` as ever; the database may not be changed meanwhile.  Another answer than 0 ends
 * the check, which returns it. */
typedef int dbc_report_fn(void *ctx, const struct dbc_report *report);

/* What was wrong with a database at one moment: the caller's, to be freed; NULL: DBC_ENOMEM.  It
 * keeps nothing of the database. */
struct dbc_baseline;
DBC_API struct dbc_baseline *dbc_baseline_new(const struct dbc_db *db, struct dbc_error *err);
DBC_API void dbc_baseline_free(struct dbc_baseline *baseline);

/* Runs all rules.  With a baseline only what was not found then counts, a wrong value in the place
 * of another one included; NULL: everything.  Of one rule at most 1,000 findings are told.  0: all
 * were told; -1 with DBC_ENOMEM; what `fn` answered. */
DBC_API int dbc_db_check(const struct dbc_db *db, const struct dbc_baseline *baseline,
                         dbc_report_fn *fn, void *ctx, struct dbc_error *err);

enum dbc_change { DBC_RECORD_REMOVED, DBC_RECORD_ADDED, DBC_RECORD_CHANGED };
/* A field in which two databases differ; told as a dbc_report is. */
struct dbc_difference {
    enum dbc_change change;                     /* of the record that the field is of */
    const struct dbc_record *old_rec, *new_rec; /* NULL: only in the other database */
    const char *field;                 /* "" for a record as a whole, or for what is no field */
    const char *key;                   /* of a map; NULL: none */
    const char *old_value, *new_value; /* as the records have it; NULL: not there */
};

typedef int dbc_difference_fn(void *ctx, const struct dbc_difference *difference);

#define DBC_COMPARE_IDENTITY 1u /* another uuid of a record that was made anew counts, too */
/* Tells each field that differs, a record's behind each other.  A record that only one side has
 * comes first as a whole (field ""), then each of its fields that says something.  Records are the
 * same when they have the same reference, else the same uuid, else the same place (a PIF its device
 * and VLAN, a network its bridge); the order of lists and maps does not count, and each item of a
 * list that one side has is a difference of its own.  `flags`: DBC_COMPARE_..., or 0; others are
 * DBC_EINVAL.  0: all were told; -1 with DBC_ENOMEM or DBC_EINVAL; what `fn` answered. */
DBC_API int dbc_db_compare(const struct dbc_db *old_db, const struct dbc_db *new_db, unsigned flags,
                           dbc_difference_fn *fn, void *ctx, struct dbc_error *err);

/* ---- Other formats ------------------------------------------------------------------------ */

enum dbc_format {
    DBC_FORMAT_CACHE = 1,   /* network.dbcache */
    DBC_FORMAT_STATEDB = 2, /* XAPI's database, state.db, or a pool's dump: one or more hosts */
    DBC_FORMAT_NETWORKD = 4 /* xcp-networkd's networkd.db (XenServer 6.1 and later) */
};

enum dbc_loss_kind {
    DBC_LOST,    /* the result does not have it */
    DBC_ASSUMED, /* the source does not say it; the result has what is likely */
    DBC_CHANGED  /* the result says it otherwise, or nobody there acts on it */
};

struct dbc_loss { /* something that a conversion leaves behind */
    enum dbc_loss_kind kind;
    const char *what;  /* the thing: "pif eth0", "bridge xapi3", "ifcfg-eth0:7" */
    const char *field; /* of it: "IPv6", "ipv6_conf"; "" for all of it */
    const char *value; /* as the source has it; "" where that says nothing */
    const char *why;   /* one sentence, no full stop: "a cache has no tunnel keys" */
};
/* Once a loss.  Texts are valid during the call only, and not escaped. */
typedef void dbc_loss_fn(void *ctx, const struct dbc_loss *loss);

struct dbc_source; /* a file of any of these formats, and the hosts whose records it has */

/* Reads a file: one of the formats, told by what is in it; one of these compressed (gzip, bzip2,
 * zstd); or a tar, compressed or not, or zip with one inside.  `member` says which of an archive's
 * files is meant, by its whole name or the end of it from a '/' on; NULL: a network.dbcache, else a
 * state.db, else a networkd.db, else a backup of one of these, by the names that XenServer and its
 * bug reports use.  `warn` is told of records and values that are left out, as for dbc_db_read.
 *
 * NULL: DBC_EIO and DBC_ENOENT of the file; DBC_ENOENT also when the archive has no such file or
 * the state.db no host; DBC_ECONFLICT when it has several that are meant equally; DBC_EPARSE:
 * damaged, or none of the formats; DBC_ELIMIT: larger than the format's limit (64 MiB, 256 MiB,
 * 16 MiB) or an archive's; DBC_EUNSUPPORTED: an archive inside of an archive; DBC_ENOMEM. */
DBC_API struct dbc_source *dbc_source_read(const char *path, const char *member,
                                           dbc_warning_fn *warn, void *ctx, struct dbc_error *err);
/* The same from memory, which is not used afterwards; `name` stands in messages for the file's. */
DBC_API struct dbc_source *dbc_source_parse(const char *name, const void *data, size_t len,
                                            const char *member, dbc_warning_fn *warn, void *ctx,
                                            struct dbc_error *err);
DBC_API void dbc_source_free(struct dbc_source *source);

DBC_API enum dbc_format dbc_source_format(const struct dbc_source *source);
/* "FILE", or "ARCHIVE:MEMBER"; lives as long as the source. */
DBC_API const char *dbc_source_name(const struct dbc_source *source);

/* Hosts, `i` from 0: one, or those of a state.db.  What the pool calls a host and its uuid: ""
 * where the source does not say, NULL past the end; they live as long as the source. */
DBC_API size_t dbc_source_count(const struct dbc_source *source);
DBC_API const char *dbc_source_host_name(const struct dbc_source *source, size_t i);
DBC_API const char *dbc_source_host_uuid(const struct dbc_source *source, size_t i);

/* The records of a host as a database of its own, the caller's, that does not need the source any
 * more; each call makes another.  What it does not say is told to `loss` (NULL: to nobody).
 * `management` is the bridge of the management interface, which a networkd.db does not say (the
 * inventory's MANAGEMENT_INTERFACE); "": there is none; NULL: it is guessed, which is told as a
 * loss.  `warn` is told of values that are left out.  NULL: DBC_ENOENT past the end, DBC_EPARSE,
 * DBC_ELIMIT, DBC_ENOMEM. */
DBC_API struct dbc_db *dbc_source_db(const struct dbc_source *source, size_t i,
                                     const char *management, dbc_warning_fn *warn,
                                     dbc_loss_fn *loss, void *ctx, struct dbc_error *err);

#ifdef __cplusplus
}
#endif
#endif
