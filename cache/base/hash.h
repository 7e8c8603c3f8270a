/* hash.h - string -> pointer.  Keys and values are borrowed.  Seeded, since keys come from files
 * that a stranger may have written. */
#ifndef DBC_BASE_HASH_H
#define DBC_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dbc_hash {
    struct dbc_hash_slot *slots;
    size_t n, cap;
    uint64_t seed[2];
};

#define DBC_HASH_INIT                                                                              \
    {                                                                                              \
        0                                                                                          \
    }

/* 0, or -1 when out of memory.  An existing key gets the new value when `replace`, else keeps the
 * old one. */
int dbc_hash_put(struct dbc_hash *hash, const char *key, void *value, bool replace);
/* Where the key is, or is from now on: the place of its value, NULL in a new one, for the caller to
 * set.  *stored is the place of the key itself, which may be set to an equal text.  Both are good
 * until the next key is entered.  NULL when out of memory. */
void **dbc_hash_enter(struct dbc_hash *hash, const char *key, const char ***stored);
void *dbc_hash_get(const struct dbc_hash *hash, const char *key); /* NULL: not there */
void dbc_hash_release(struct dbc_hash *hash);

#endif
