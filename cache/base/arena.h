/* arena.h - memory that is freed all at once: the records and strings of one database. */
#ifndef DBC_BASE_ARENA_H
#define DBC_BASE_ARENA_H

#include <stddef.h>

struct dbc_arena {
    struct dbc_arena_block *blocks; /* newest first */
    size_t used;                    /* bytes handed out */
};

#define DBC_ARENA_INIT                                                                             \
    {                                                                                              \
        0                                                                                          \
    }

/* Blocks double from the first to the last size; what is larger than a quarter of a block gets
 * one of its own. */
#define DBC_ARENA_BLOCK_MIN ((size_t)16 * 1024)
#define DBC_ARENA_BLOCK_MAX ((size_t)1024 * 1024)

/* Zeroed and aligned for any object; NULL when out of memory.  Size 0 gives a pointer, too. */
void *dbc_arena_alloc(struct dbc_arena *arena, size_t size);
/* A NUL-terminated copy of exactly `len` bytes; NULL when out of memory. */
char *dbc_arena_strndup(struct dbc_arena *arena, const char *text, size_t len);
char *dbc_arena_strdup(struct dbc_arena *arena, const char *text);
void dbc_arena_release(struct dbc_arena *arena);

#endif
