/* input.h - the bytes of one XML document, from a file, a stream or memory, with the checks that
 * need no parser: the kind of file, its size, and whether it starts like UTF-8.  Private to the
 * folders that read XML. */
#ifndef DBC_XML_INPUT_H
#define DBC_XML_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/stream.h"

struct dbc_xml_input {
    struct dbc_stream from; /* without `read`: all of it is in `data` */
    int fd;                 /* of a file; -1 otherwise */
    size_t max;             /* bytes at most */
    const char *name;       /* for messages */
    const char *data;
    size_t len, at;         /* of data: its bytes, and the first one not handed out */
    size_t given;           /* bytes handed out in all */
    bool dry;               /* `from` has ended or failed */
    struct dbc_error error; /* why it failed */
    bool ended;             /* the last call found no more bytes */
    char stock[16 * 1024];  /* bytes of the last reads; a parser asks for 4,000 at a time */
};

/* All three set `max` to DBC_LIMIT_FILE_BYTES and borrow their arguments; *in must not move
 * afterwards.  Opening a file returns 0, or -1 as dbc_file_open fails without `pipes`: DBC_ENOENT,
 * DBC_EIO, DBC_ENOMEM, or DBC_EINVAL when it is not a regular file. */
int dbc_xml_input_open(struct dbc_xml_input *in, const char *path, struct dbc_error *err);
void dbc_xml_input_memory(struct dbc_xml_input *in, const char *name, const void *data, size_t len);
void dbc_xml_input_stream(struct dbc_xml_input *in, const struct dbc_stream *stream);
/* Takes up to `len` bytes.  Returns their number; 0 at the end; -1 as the stream fails, with
 * DBC_ELIMIT above `max`, or with DBC_EPARSE for a start that is not XML in UTF-8. */
ssize_t dbc_xml_input_take(struct dbc_xml_input *in, char *buffer, size_t len,
                           struct dbc_error *err);
void dbc_xml_input_close(struct dbc_xml_input *in);

#endif
