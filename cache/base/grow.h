/* grow.h - room in an array that gets its elements one by one. */
#ifndef DBC_BASE_GROW_H
#define DBC_BASE_GROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define DBC_GROW_FIRST 16 /* elements */

/* DBC_GROW without types: `array` is the address of the pointer, `size` that of an element. */
static inline bool dbc_grow(void *array, size_t n, size_t *cap, size_t size)
{
    size_t larger = *cap == 0 ? DBC_GROW_FIRST : *cap * 2;
    void *v = NULL;

    if (n < *cap) {
        return true;
    }
    memcpy(&v, array, sizeof v);
    v = reallocarray(v, larger, size);
    if (v == NULL) {
        return false;
    }
    memcpy(array, &v, sizeof v);
    *cap = larger;
    return true;
}

/* Makes room for one element behind the first `n` of `array`, a pointer that is NULL at first;
 * `cap` counts the elements that there is room for.  False when out of memory: nothing changed. */
#define DBC_GROW(array, n, cap) dbc_grow(&(array), (n), &(cap), sizeof *(array))

#endif
