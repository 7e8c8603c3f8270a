/* test.h - cmocka, the headers that it wants before it, and those that nearly every test wants. */
#ifndef TESTS_UNIT_TEST_H
#define TESTS_UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* After the others. */
#include <cmocka.h>

/* A test that gets nothing from a set-up.  cmocka hands every test a state. */
#define TEST(name) static void name(void **state __attribute__((unused)))

/* A test that gets what its set-up made: TEST_WITH(name, struct host, h) has `struct host *h`. */
#define TEST_WITH(name, type, made)                                                                \
    static void name##_with(type *made);                                                           \
    static void name(void **state)                                                                 \
    {                                                                                              \
        name##_with(*state);                                                                       \
    }                                                                                              \
    static void name##_with(type *made)

/* For the list of tests: one that gets what `setup` makes and `teardown` takes down. */
#define FIXTURE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
