/* hash.h - a table from strings to pointers.  Keys and values are borrowed.  The hash function is
 * seeded, since keys come from files that a stranger may have written. */
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

#define DBC_HASH_INIT ((struct dbc_hash){ 0 })

/* Adds a key with its value.  A key that is there already gets the new value if `replace`, else it
 * keeps the old one.  Returns 0, or -1 when out of memory. */
int dbc_hash_put(struct dbc_hash *hash, const char *key, void *value, bool replace);
/* Finds the key, or adds it with the value NULL.  Returns where its value is, for the caller to
 * change; *stored says where the key itself is, which may be changed to an equal text.  Both are
 * valid until the next dbc_hash_put or dbc_hash_enter.  NULL when out of memory. */
void **dbc_hash_enter(struct dbc_hash *hash, const char *key, const char ***stored);
/* Returns the key's value, or NULL when the key is not there. */
void *dbc_hash_get(const struct dbc_hash *hash, const char *key);
void dbc_hash_release(struct dbc_hash *hash);

/* Returns the hash of a text, for a table of one's own.  `seed` is random (base/random.h): who does
 * not know it cannot choose two texts with the same hash. */
uint64_t dbc_hash_text(const uint64_t seed[2], const char *text);

#endif
