/* test.h - cmocka, and the headers that it wants before it: every test program includes this. */
#ifndef TESTS_UNIT_TEST_H
#define TESTS_UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* After the others. */
#include <cmocka.h>

/* A test that gets nothing from a set-up.  cmocka hands every test a state. */
#define TEST(name) static void name(void **state __attribute__((unused)))

/* For the list of tests: one that gets what `setup` makes and `teardown` takes down. */
#define FIXTURE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
