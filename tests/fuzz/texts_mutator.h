/* texts_mutator.h - changes one text of an input that is a list of texts, each with a NUL at its
 * end: XML and JSON stay what they are, any other text becomes a value of values.h. */
#ifndef FUZZ_TEXTS_MUTATOR_H
#define FUZZ_TEXTS_MUTATOR_H

#include "json_mutator.h"
#include "values.h"

/* Changes the XML in `data`, up to `max` bytes; returns its new size, or 0 when it did not. */
typedef size_t mutate_text_fn(uint8_t *data, size_t size, size_t max, unsigned seed);

/* Returns where one of the first 16 texts behind the head begins. */
static inline size_t some_text_at(size_t head, const uint8_t *data, size_t size, unsigned *seed)
{
    size_t at = head;

    for (unsigned n = draw(seed, 16); n > 0 && at < size; n--) {
        at += strnlen((const char *)data + at, size - at) + 1;
    }
    return at < size ? at : head;
}

/* Puts `new` bytes in the place of `old` ones; returns the new size, or 0 when there is no room. */
static inline size_t replace_text(uint8_t *data, size_t size, size_t max, size_t at, size_t old,
                                  const void *text, size_t new)
{
    if (size - old + new > max) {
        return 0;
    }
    memmove(data + at + new, data + at + old, size - at - old);
    memcpy(data + at, text, new);
    return size - old + new;
}

static inline size_t replace_xml(uint8_t *data, size_t size, size_t max, size_t at, unsigned seed,
                                 mutate_text_fn *xml)
{
    size_t old = strnlen((char *)data + at, size - at), room = max - (size - old), new = 0;
    uint8_t *copy = malloc(room);

    if (copy == NULL) {
        return 0;
    }
    memcpy(copy, data + at, old);
    new = xml(copy, old, room, seed);
    size = new > 0 ? replace_text(data, size, max, at, old, copy, new) : 0;
    free(copy);
    return size;
}

/* Changes a text behind the `head` bytes of an input; one time in four, and where that fails, the
 * whole input is changed by libFuzzer.  `xml` may be NULL where no text is XML. */
static inline size_t mutate_texts(size_t head, uint8_t *data, size_t size, size_t max,
                                  unsigned seed, mutate_text_fn *xml)
{
    size_t made = 0, at = size > head ? some_text_at(head, data, size, &seed) : 0;
    const char *value = some_value(&seed);

    if (size > head && draw(&seed, 4) != 0) {
        if (xml != NULL && data[at] == '<') {
            made = replace_xml(data, size, max, at, seed, xml);
        } else if (data[at] == '{' || data[at] == '[') {
            return mutate_json(at, data, size, max, seed);
        } else {
            made = replace_text(data, size, max, at, strnlen((char *)data + at, size - at), value,
                                strlen(value));
        }
    }
    return made > 0 ? made : LLVMFuzzerMutate(data, size, max);
}

#endif
