/* arena.c - memory that is freed all at once.  model/ keeps the records of a database in one. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct dbc_arena_block {
    struct dbc_arena_block *next;
    size_t size, used; /* of data */
    alignas(max_align_t) char data[];
};

static struct dbc_arena_block *new_block(size_t size)
{
    struct dbc_arena_block *block = NULL;

    if (size < SIZE_MAX / 2) {
        block = calloc(1, sizeof *block + size);
    }
    if (block != NULL) {
        block->size = size;
    }
    return block;
}

/* Adds a block that has room for `size` bytes.  One that is made for a large object alone goes
 * behind the first block, whose rest stays in use. */
static struct dbc_arena_block *add_block(struct dbc_arena *arena, size_t size)
{
    struct dbc_arena_block *first = arena->blocks, *block = NULL;
    size_t usual = DBC_ARENA_BLOCK_MIN;

    while (first != NULL && usual <= first->size && usual < DBC_ARENA_BLOCK_MAX) {
        usual *= 2;
    }
    if (first != NULL && size > usual / 4) {
        block = new_block(size);
        if (block != NULL) {
            block->next = first->next;
            first->next = block;
        }
        return block;
    }
    block = new_block(size > usual / 4 ? size : usual);
    if (block != NULL) {
        block->next = first;
        arena->blocks = block;
    }
    return block;
}

static void *take(struct dbc_arena *arena, size_t size, size_t align)
{
    struct dbc_arena_block *block = arena->blocks;
    size_t at = block == NULL ? 0 : (block->used + align - 1) & ~(align - 1);

    if (block == NULL || at > block->size || size > block->size - at) {
        at = 0;
        block = add_block(arena, size);
        if (block == NULL) {
            return NULL;
        }
    }
    block->used = at + size;
    arena->used += size;
    return block->data + at;
}

void *dbc_arena_alloc(struct dbc_arena *arena, size_t size)
{
    return take(arena, size == 0 ? 1 : size, alignof(max_align_t));
}

/* Text is packed without gaps: it is most of a database. */
char *dbc_arena_strndup(struct dbc_arena *arena, const char *text, size_t len)
{
    char *copy = len == SIZE_MAX ? NULL : take(arena, len + 1, 1);

    if (copy != NULL && len > 0) {
        memcpy(copy, text, len);
    }
    return copy;
}

char *dbc_arena_strdup(struct dbc_arena *arena, const char *text)
{
    return dbc_arena_strndup(arena, text, strlen(text));
}

void dbc_arena_release(struct dbc_arena *arena)
{
    while (arena->blocks != NULL) {
        struct dbc_arena_block *block = arena->blocks;
        arena->blocks = block->next;
        free(block);
    }
    arena->used = 0;
}
