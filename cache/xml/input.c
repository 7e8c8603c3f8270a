/* input.c - reads the bytes of an XML document (input.h).  It is below parser.c and knows nothing
 * of XML except how a document starts. */
#include "xml/input.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"

int dbc_xml_input_open(struct dbc_xml_input *in, const char *path, struct dbc_error *err)
{
    *in = (struct dbc_xml_input){ .max = DBC_LIMIT_FILE_BYTES, .name = path, .data = in->stock };
    in->from = dbc_stream_of_fd(&in->fd, path);
    in->fd = dbc_file_open(path, false, err);
    return in->fd < 0 ? -1 : 0;
}

void dbc_xml_input_memory(struct dbc_xml_input *in, const char *name, const void *data, size_t len)
{
    *in = (struct dbc_xml_input){
        .fd = -1, .max = DBC_LIMIT_FILE_BYTES, .name = name, .data = data, .len = len
    };
}

void dbc_xml_input_stream(struct dbc_xml_input *in, const struct dbc_stream *stream)
{
    *in = (struct dbc_xml_input){ .from = *stream,
                                  .fd = -1,
                                  .max = DBC_LIMIT_FILE_BYTES,
                                  .name = stream->name,
                                  .data = in->stock };
}

void dbc_xml_input_close(struct dbc_xml_input *in)
{
    if (in->fd >= 0) {
        close(in->fd);
        in->fd = -1;
    }
}

/* Reads as much as there is room for.  libxml2 2.9 rejects a document whose first pieces are
 * shorter than its declaration, as those of a slow pipe may be. */
static int refill(struct dbc_xml_input *in, struct dbc_error *err)
{
    ssize_t n = 1;

    in->len = in->at = 0;
    while (n > 0 && !in->dry && in->len < sizeof in->stock) {
        n = in->from.read(&in->from, in->stock + in->len, sizeof in->stock - in->len, &in->error);
        in->len += n > 0 ? (size_t)n : 0;
        in->dry = n <= 0;
    }
    if (in->len == 0 && in->error.code != DBC_OK) { /* bytes before the failure are used first */
        *err = in->error;
        return -1;
    }
    return 0;
}

/* XML in UTF-8 starts with '<', white space or a byte order mark.  With any other start libxml2
 * would look for a converter among the system's modules. */
static bool is_utf8_start(const char *text, size_t n)
{
    return strchr("<\xef \t\r\n", text[0]) != NULL && text[0] != '\0' && (n < 2 || text[1] != '\0');
}

ssize_t dbc_xml_input_take(struct dbc_xml_input *in, char *buffer, size_t len,
                           struct dbc_error *err)
{
    size_t n = 0;

    if (in->from.read != NULL && in->at == in->len && refill(in, err) != 0) {
        return -1;
    }
    n = in->len - in->at < len ? in->len - in->at : len;
    if (n > 0 && in->given == 0 && !is_utf8_start(in->data + in->at, n)) {
        return dbc_fail_at(err, DBC_EPARSE, in->name, 1, 1,
                           "expected XML in UTF-8, found something else");
    }
    if (n > 0) {
        memcpy(buffer, in->data + in->at, n);
    }
    in->at += n;
    in->given += n;
    in->ended = n == 0;
    if (in->given > in->max) {
        return dbc_fail_at(err, DBC_ELIMIT, in->name, 0, 0,
                           "expected a file of at most %zu bytes, found more", in->max);
    }
    return (ssize_t)n;
}
