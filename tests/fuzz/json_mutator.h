/* json_mutator.h - changes a JSON text as libFuzzer's own mutators cannot: one value somewhere in
 * it becomes another, goes, or comes twice, and the text stays JSON. */
#ifndef FUZZ_JSON_MUTATOR_H
#define FUZZ_JSON_MUTATOR_H

#include <jansson.h>
#include <stdlib.h>

#include "mutator.h"

static json_t *new_value(unsigned *seed)
{
    static const char *const texts[] = {
        "",
        "-x",
        "--",
        "a b",
        "a\nb",
        "$(reboot)",
        "..",
        "/etc/passwd",
        "/etc/../etc/shadow",
        "eth0",
        "bond0",
        "xenbr0",
        "a/b",
        "uuid",
        "named-uuid",
        "set",
        "map",
        "00:16:3e:00:00:01",
        "up",
        "10.0.0.1/24",
        "2001:db8::1/64",
        "default via 10.0.0.2",
        "insert",
        "delete",
        "0123456789abcdef",
    };

    switch (draw(seed, 8)) {
    case 0:
        return json_null();
    case 1:
        return json_boolean(draw(seed, 2));
    case 2:
        return json_integer((json_int_t)draw(seed, 5000) - 2);
    case 3:
        return json_integer(INT64_MAX - draw(seed, 2));
    case 4:
        return draw(seed, 2) == 0 ? json_array() : json_object();
    default:
        return json_string(texts[draw(seed, sizeof texts / sizeof *texts)]);
    }
}

static void *some_member(json_t *object, unsigned *seed)
{
    void *at = json_object_iter(object);

    for (size_t n = draw(seed, json_object_size(object)); n > 0; n--) {
        at = json_object_iter_next(object, at);
    }
    return at;
}

static void change_member(json_t *object, unsigned *seed)
{
    static const char *const names[] = { "", "-x", "a/b", "eth1", "uuid", "/etc/../etc/shadow" };
    void *at = some_member(object, seed);

    switch (draw(seed, 6)) {
    case 0:
        json_object_del(object, json_object_iter_key(at));
        break;
    case 1: /* under another name too */
        json_object_set_new(object, names[draw(seed, sizeof names / sizeof *names)],
                            json_deep_copy(json_object_iter_value(at)));
        break;
    default:
        json_object_iter_set_new(object, at, new_value(seed));
        break;
    }
}

static void change_item(json_t *array, unsigned *seed)
{
    size_t at = draw(seed, json_array_size(array));

    switch (draw(seed, 6)) {
    case 0:
        json_array_remove(array, at);
        break;
    case 1:
        json_array_append_new(array, json_deep_copy(json_array_get(array, at)));
        break;
    default:
        json_array_set_new(array, at, new_value(seed));
        break;
    }
}

/* Goes down at random, and changes what it comes to. */
static void change_inside(json_t *value, unsigned *seed)
{
    for (;;) {
        json_t *child = NULL;
        if (json_is_object(value) && json_object_size(value) > 0) {
            child = json_object_iter_value(some_member(value, seed));
        } else if (json_is_array(value) && json_array_size(value) > 0) {
            child = json_array_get(value, draw(seed, json_array_size(value)));
        }
        if (child == NULL) {
            return;
        }
        if ((!json_is_object(child) && !json_is_array(child)) || draw(seed, 5) == 0) {
            (json_is_object(value) ? change_member : change_item)(value, seed);
            return;
        }
        value = child;
    }
}

/* Changes the JSON text that follows the `head` bytes of an input, up to a NUL; what follows stays.
 * One time in four, and for what is no JSON, the whole input is changed by libFuzzer. */
static size_t mutate_json(size_t head, uint8_t *data, size_t size, size_t max, unsigned seed)
{
    char *text = size > head ? (char *)data + head : NULL, *made = NULL;
    size_t len = text == NULL ? 0 : strnlen(text, size - head), rest = size - head - len;
    json_t *value = text == NULL ? NULL : json_loadb(text, len, JSON_DECODE_ANY, NULL);
    size_t ret = 0;

    if (value != NULL && draw(&seed, 4) != 0) {
        for (unsigned n = 1 + draw(&seed, 3); n > 0; n--) {
            change_inside(value, &seed);
        }
        made = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    }
    if (made != NULL && head + strlen(made) + rest <= max) {
        memmove(text + strlen(made), text + len, rest);
        memcpy(text, made, strlen(made));
        ret = head + strlen(made) + rest;
    }
    free(made);
    json_decref(value);
    return ret > 0 ? ret : LLVMFuzzerMutate(data, size, max);
}

#endif
