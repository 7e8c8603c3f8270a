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

/* Fields by name, as network.dbcache spells it ("ip_configuration_mode").  A text, number, boolean
 * or reference is returned as its text, or as what its absence stands for ("", "-1" for VLAN,
 * "1500" for MTU, "False", "OpaqueRef:NULL"); NULL for an unknown name and for lists and maps. */
DBC_API const char *dbc_record_get(const struct dbc_record *rec, const char *field);
/* The i-th reference of a list ("slaves", "PIFs"); NULL past the end or for another kind. */
DBC_API const char *dbc_record_list_at(const struct dbc_record *rec, const char *field, size_t i);
/* other_config: the value of a key, or NULL. */
DBC_API const char *dbc_record_other_config(const struct dbc_record *rec, const char *key);

#ifdef __cplusplus
}
#endif
#endif
