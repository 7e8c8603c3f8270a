/* dbcache.h - the one public header of libdbcache: a XenServer host's network cache as records.
 *
 * network.dbcache keeps what XAPI last knew about one host's network: PIFs, bonds, VLANs, tunnels,
 * networks and the pool, each as a record with a reference ("OpaqueRef:...").  This library reads
 * the file as every known producer wrote it, lets a program look up and change fields, and writes
 * it back so that every known consumer can read it.
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
    DBC_EINVAL,      /* a value that is not allowed where it stands, or a file of another kind */
    DBC_ECONFLICT,   /* records contradict each other (a cycle, a reference to nothing) */
    DBC_EBUSY,       /* another program holds the lock */
    DBC_ETIMEOUT,    /* a deadline passed */
    DBC_ECOMMAND,    /* a command failed */
    DBC_EUNSUPPORTED /* understood, but not possible here */
};

#define DBC_ERROR_FILE_SIZE 256
#define DBC_ERROR_TEXT_SIZE 1024

/* The caller's.  The first error stays: a later one is not stored until dbc_error_clear(). */
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

/* Writes "FILE:LINE:COLUMN: TEXT", as much as is set and fits into `size`, and returns `out`. */
DBC_API const char *dbc_error_string(const struct dbc_error *err, char *out, size_t size);

/* ---- Databases ---------------------------------------------------------------------------- */

struct dbc_db;
struct dbc_record;

enum dbc_class { DBC_PIF, DBC_BOND, DBC_VLAN, DBC_TUNNEL, DBC_NETWORK, DBC_POOL, DBC_N_CLASSES };

/* Called once for each warning while a file is read.  The code is DBC_EINVAL for a skipped record
 * or a bad value; any other code means that the file is damaged there and was not read further.
 * `warning` is valid during the call only. */
typedef void dbc_warning_fn(void *ctx, const struct dbc_error *warning);

/* Reads a network.dbcache; the caller frees the result.  NULL with *err when nothing in it is
 * usable (no such file, not XML, not this format, a limit crossed before the first record).  A file
 * that is damaged after whole records gives these records and a warning; `warn` may be NULL. */
DBC_API struct dbc_db *dbc_db_read(const char *path, dbc_warning_fn *warn, void *ctx,
                                   struct dbc_error *err);
/* The same from memory; messages use `name` for the file's name. */
DBC_API struct dbc_db *dbc_db_parse(const char *name, const void *data, size_t len,
                                    dbc_warning_fn *warn, void *ctx, struct dbc_error *err);
DBC_API struct dbc_db *dbc_db_new(struct dbc_error *err); /* an empty one; NULL: DBC_ENOMEM */
DBC_API void dbc_db_free(struct dbc_db *db);

/* Write the canonical form: the same records give the same bytes.  dbc_db_write replaces `path`
 * atomically and durably, keeping its mode and owner; an unchanged file is not touched.
 * dbc_db_format stores malloc'd text in *text, which the caller frees. */
DBC_API int dbc_db_write(const struct dbc_db *db, const char *path, struct dbc_error *err);
DBC_API int dbc_db_format(const struct dbc_db *db, char **text, size_t *len, struct dbc_error *err);

/* The records of a class in the order of their source; `i` counts from 0; NULL past the end. */
DBC_API size_t dbc_db_count(const struct dbc_db *db, enum dbc_class class_);
DBC_API const struct dbc_record *dbc_db_at(const struct dbc_db *db, enum dbc_class class_,
                                           size_t i);

/* Return the record, or NULL when there is none; for a bridge, the first network that has it. */
DBC_API const struct dbc_record *dbc_db_find_ref(const struct dbc_db *db, const char *ref);
DBC_API const struct dbc_record *dbc_db_find_uuid(const struct dbc_db *db, enum dbc_class class_,
                                                  const char *uuid);
DBC_API const struct dbc_record *dbc_db_find_bridge(const struct dbc_db *db, const char *bridge);

/* ---- Records and fields ------------------------------------------------------------------- */

DBC_API enum dbc_class dbc_record_class(const struct dbc_record *rec);
DBC_API const char *dbc_record_ref(const struct dbc_record *rec);
DBC_API unsigned dbc_record_line(const struct dbc_record *rec); /* 0: not read from a file */
DBC_API const char *dbc_class_name(enum dbc_class class_);      /* "pif", "bond", ... */
/* Returns the name of the i-th field of a class, in the order of the file; NULL past the end. */
DBC_API const char *dbc_class_field(enum dbc_class class_, size_t i);

/* Fields have the names that network.dbcache uses ("ip_configuration_mode").  NULL as record, name
 * or key counts as unknown.  Returns a text, number, boolean or reference as its text, or what a
 * missing one stands for ("", "-1" for VLAN, "1500" for MTU, "False", "OpaqueRef:NULL"); NULL for
 * an unknown field, a list or a map. */
DBC_API const char *dbc_record_get(const struct dbc_record *rec, const char *field);
/* Returns the i-th reference of a list ("slaves", "PIFs"); NULL past the end or for other kinds. */
DBC_API const char *dbc_record_list_at(const struct dbc_record *rec, const char *field, size_t i);
/* Returns the i-th key of a map ("other_config"); NULL past the end or for other kinds. */
DBC_API const char *dbc_record_key_at(const struct dbc_record *rec, const char *field, size_t i);
/* Returns the value of a key of other_config, or NULL. */
DBC_API const char *dbc_record_other_config(const struct dbc_record *rec, const char *key);

/* ---- Changing ----------------------------------------------------------------------------- */

/* These change the records in memory; dbc_db_write saves them.  Texts are copied; white space
 * around them is dropped.  They return -1 and leave everything as it was for
 *   DBC_ENOENT     no such field or reference, or the record is not of this database
 *   DBC_EINVAL     the field is of another kind; the value is NULL, has control characters, is not
 *                  UTF-8, or not a boolean ("True", "False") or decimal number as the field is
 *   DBC_ELIMIT     a text above 64 KiB, a list or map above 8,192 items, a database above 96 MiB or
 *                  200,000 records
 *   DBC_ECONFLICT  where it is named below
 * They also fail with DBC_ENOMEM.  That, and the limit of the database, may stop a change halfway,
 * with only one side of a reference set.
 * Only dbc_db_check says whether a value makes sense (an address, a device's name, a mode) and fits
 * the others: take a dbc_baseline before a change, check against it afterwards, and do not save
 * when it finds a new error. */

/* Sets a text, number, boolean or reference.  A reference is that of a record of the right class,
 * or "OpaqueRef:NULL" for none; the list on its other side is updated (a PIF's `network` and the
 * network's `PIFs`). */
DBC_API int dbc_db_set(struct dbc_db *db, const struct dbc_record *rec, const char *field,
                       const char *value, struct dbc_error *err);
/* Sets a list, in this order.  Each of its items has a reference back (`slaves` of a bond,
 * `bond_slave_of` of each slave), which is set, and set to none in an item that leaves the list.
 * DBC_ECONFLICT: a reference is there twice. */
DBC_API int dbc_db_set_list(struct dbc_db *db, const struct dbc_record *rec, const char *field,
                            const char *const *refs, size_t n, struct dbc_error *err);
/* Sets one key of a map, or removes it when `value` is NULL.  DBC_EINVAL also for a key that could
 * not be written: a key is letters, digits, '.', '_' and '-' with a letter or '_' in front. */
DBC_API int dbc_db_set_key(struct dbc_db *db, const struct dbc_record *rec, const char *field,
                           const char *key, const char *value, struct dbc_error *err);
/* Sets a whole map.  Keys are as for dbc_db_set_key; DBC_ECONFLICT: a key is there twice. */
DBC_API int dbc_db_set_map(struct dbc_db *db, const struct dbc_record *rec, const char *field,
                           const char *const *keys, const char *const *values, size_t n,
                           struct dbc_error *err);
/* Makes a field of any kind as if the source did not have it. */
DBC_API int dbc_db_unset(struct dbc_db *db, const struct dbc_record *rec, const char *field,
                         struct dbc_error *err);

/* Adds a record that has only its reference: at most 1,024 bytes of printable ASCII without blanks,
 * '<', '>', '&' and quotes; XAPI's are "OpaqueRef:" and a uuid.  NULL: DBC_EINVAL for another text,
 * DBC_ECONFLICT when a record has it, or for a second pool; DBC_ELIMIT; DBC_ENOMEM. */
DBC_API const struct dbc_record *dbc_db_add_record(struct dbc_db *db, enum dbc_class class_,
                                                   const char *ref, struct dbc_error *err);
/* Removes a record; its own references are set to none first, so that no list has it any more.
 * DBC_ECONFLICT while another record refers to it; the text names that record.  `rec` must not be
 * used afterwards. */
DBC_API int dbc_db_remove_record(struct dbc_db *db, const struct dbc_record *rec,
                                 struct dbc_error *err);

/* ---- Checking and comparing --------------------------------------------------------------- */

enum dbc_severity {
    DBC_SEVERITY_WARNING, /* a value is dropped, replaced or ignored, or works only by luck */
    DBC_SEVERITY_ERROR    /* keeps an interface down or the host unreachable, or is unsafe */
};

struct dbc_report {   /* what a rule found; a text may be NULL only where it says so */
    const char *rule; /* its lasting name, "vlan-parent-missing"; see `dbcache check --list` */
    enum dbc_severity severity;
    const struct dbc_record *rec; /* NULL: the records as a whole */
    const char *field;            /* "" for the whole record */
    const char *key;              /* of other_config; NULL: none */
    const char *value;            /* what was found there, not escaped; NULL: no single value */
    const char *message;          /* one line that names the record; control characters escaped */
    const char *why, *what_to_do; /* one or two sentences of the rule */
};

/* Called once for each finding, in the order of the file.  `report` and its texts are valid during
 * the call only, but `rec` as long as its database, which must not be changed meanwhile.  When it
 * returns something else than 0, the check ends and returns that. */
typedef int dbc_report_fn(void *ctx, const struct dbc_report *report);

/* Notes what is wrong with a database now, for a later check; the caller frees it, before or after
 * the database.  NULL: DBC_ENOMEM. */
struct dbc_baseline;
DBC_API struct dbc_baseline *dbc_baseline_new(const struct dbc_db *db, struct dbc_error *err);
DBC_API void dbc_baseline_free(struct dbc_baseline *baseline);

/* Runs all rules and calls `fn`, at most 1,000 times for one rule.  With a baseline (or NULL) only
 * new findings count; one wrong value in place of another is new.  Returns 0 after all findings, -1
 * with DBC_ENOMEM, or what `fn` returned. */
DBC_API int dbc_db_check(const struct dbc_db *db, const struct dbc_baseline *baseline,
                         dbc_report_fn *fn, void *ctx, struct dbc_error *err);

enum dbc_change { DBC_RECORD_REMOVED, DBC_RECORD_ADDED, DBC_RECORD_CHANGED };
/* A field in which two databases differ; valid as long as a dbc_report. */
struct dbc_difference {
    enum dbc_change change;                     /* of the field's record */
    const struct dbc_record *old_rec, *new_rec; /* NULL: only in the other database */
    const char *field;                 /* "" for a record as a whole, or for what is no field */
    const char *key;                   /* of a map; NULL: none */
    const char *old_value, *new_value; /* as the records have it; NULL: not there */
};

typedef int dbc_difference_fn(void *ctx, const struct dbc_difference *difference);

#define DBC_COMPARE_IDENTITY 1u /* also compare the uuids of records that were made anew */
/* Calls `fn` for each field that differs, record by record.  A record that only one side has comes
 * first as a whole (field ""), then each of its fields that says something.  Records are the same
 * when they have the same reference, else the same uuid, else the same place (a PIF's device and
 * VLAN, a network's bridge).  The order of lists and maps does not count; each item that only one
 * side's list has is a difference of its own.  `flags`: DBC_COMPARE_..., or 0.  Returns 0 after all
 * differences, -1 with DBC_ENOMEM or, for unknown flags, DBC_EINVAL, or what `fn` returned. */
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
    DBC_CHANGED  /* the result says it differently, or no program acts on it there */
};

struct dbc_loss { /* something that a conversion does not carry over as it is */
    enum dbc_loss_kind kind;
    const char *what;  /* the thing: "pif eth0", "bridge xapi3", "ifcfg-eth0:7" */
    const char *field; /* of it: "IPv6", "ipv6_conf"; "" for all of it */
    const char *value; /* as the source has it; "" where that says nothing */
    const char *why;   /* one sentence, no full stop: "a cache has no tunnel keys" */
};
/* Called once for each loss.  Texts are valid during the call only, and not escaped. */
typedef void dbc_loss_fn(void *ctx, const struct dbc_loss *loss);

struct dbc_source; /* a file of any of these formats, and the hosts whose records it has */

/* Reads a file of one of the formats, found out from its content; such a file compressed (gzip,
 * bzip2, zstd); or a zip or tar (compressed or not) with one inside.  `member` chooses the file of
 * an archive by its whole name, or the name's end after a '/'.  NULL chooses a network.dbcache,
 * else a state.db, else a networkd.db, else a backup of one of these, by the names that XenServer
 * and its bug reports use.  `warn` is as for dbc_db_read; the caller frees the result.
 *
 * NULL: DBC_EIO, DBC_ENOENT or DBC_EINVAL for a file that cannot be read; DBC_ENOENT also when the
 * archive has no such file or the state.db no host; DBC_ECONFLICT when several fit equally;
 * DBC_EPARSE for a damaged file or another format; DBC_ELIMIT above the format's limit (64 MiB, 256
 * MiB, 16 MiB) or an archive's; DBC_EUNSUPPORTED for an archive in an archive; DBC_ENOMEM. */
DBC_API struct dbc_source *dbc_source_read(const char *path, const char *member,
                                           dbc_warning_fn *warn, void *ctx, struct dbc_error *err);
/* The same from memory, which is not used afterwards; messages use `name` for the file's name. */
DBC_API struct dbc_source *dbc_source_parse(const char *name, const void *data, size_t len,
                                            const char *member, dbc_warning_fn *warn, void *ctx,
                                            struct dbc_error *err);
DBC_API void dbc_source_free(struct dbc_source *source);

DBC_API enum dbc_format dbc_source_format(const struct dbc_source *source);
/* Returns "FILE" or "ARCHIVE:MEMBER", which lives as long as the source. */
DBC_API const char *dbc_source_name(const struct dbc_source *source);

/* The hosts, `i` from 0: one, or those of a state.db.  Name and uuid are "" where the source does
 * not say them, and NULL past the end; they live as long as the source. */
DBC_API size_t dbc_source_count(const struct dbc_source *source);
DBC_API const char *dbc_source_host_name(const struct dbc_source *source, size_t i);
DBC_API const char *dbc_source_host_uuid(const struct dbc_source *source, size_t i);

/* Makes a database of a host's records; the caller frees it, before or after the source.  `loss`
 * (may be NULL) is called for what it cannot have, `warn` for values that are left out.  Only for a
 * networkd.db, `management` is the bridge of the management interface (MANAGEMENT_INTERFACE of the
 * inventory); "" says that there is none, and NULL has it guessed, which is reported as a loss.
 * NULL: DBC_ENOENT past the end; DBC_EPARSE; DBC_ELIMIT; DBC_ENOMEM. */
DBC_API struct dbc_db *dbc_source_db(const struct dbc_source *source, size_t i,
                                     const char *management, dbc_warning_fn *warn,
                                     dbc_loss_fn *loss, void *ctx, struct dbc_error *err);

#ifdef __cplusplus
}
#endif
#endif
