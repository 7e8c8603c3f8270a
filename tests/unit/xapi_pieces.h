/* xapi_pieces.h - feeds answers of a server in pieces of several sizes, which must make no
 * difference; for test_xapi_*.c. */
#ifndef TESTS_UNIT_XAPI_PIECES_H
#define TESTS_UNIT_XAPI_PIECES_H

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "xapi/answers.h"
#include "xapi/records.h"

#define HEAD                                                                                       \
    "<methodResponse><params><param><value><struct><member><name>Status</name>"                    \
    "<value>Success</value></member><member><name>Value</name>"
#define TAIL "</member></struct></value></param></params></methodResponse>"

static const size_t pieces[] = { 1, 2, 3, 5, 17, 1000000 };
#define N_PIECES (sizeof pieces / sizeof pieces[0])

struct row {
    const char *value, *wanted;
};

static inline void add_times(struct dbc_buf *buf, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dbc_buf_adds(buf, text);
    }
}

#endif
