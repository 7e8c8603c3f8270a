/* arena.h - memory that is freed all at once: the records and strings of one database. */
#ifndef DBC_BASE_ARENA_H
#define DBC_BASE_ARENA_H

#include <stddef.h>

struct dbc_arena {
    struct dbc_arena_block *blocks; /* newest first */
    size_t used;                    /* bytes handed out */
};

#define DBC_ARENA_INIT ((struct dbc_arena){ 0 })

/* Bytes of the first and of the largest ordinary block; sizes double in between.  An object larger
 * than a quarter of the next block gets a block of its own. */
#define DBC_ARENA_BLOCK_MIN ((size_t)16 * 1024)
#define DBC_ARENA_BLOCK_MAX ((size_t)1024 * 1024)

/* Returns `size` zeroed bytes, aligned for any object; a size of 0 gives a pointer, too.  The arena
 * owns them, as it owns the copies below.  NULL when out of memory. */
void *dbc_arena_alloc(struct dbc_arena *arena, size_t size);
/* Copies exactly `len` bytes of `text` and adds a NUL.  NULL when out of memory. */
char *dbc_arena_strndup(struct dbc_arena *arena, const char *text, size_t len);
/* Copies `text`.  NULL when out of memory. */
char *dbc_arena_strdup(struct dbc_arena *arena, const char *text);
/* Frees everything that the arena handed out; the arena is empty then and may be used again. */
void dbc_arena_release(struct dbc_arena *arena);

#endif
