/* test.h - cmocka, and the headers that it wants before it: every test program includes this. */
#ifndef TESTS_UNIT_TEST_H
#define TESTS_UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* After the others. */
#include <cmocka.h>

#endif
