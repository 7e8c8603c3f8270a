/* kind.c - knows the marks that files start with, and the checksum of a tar header (kind.h). */
#include "archive/kind.h"

#include <stdbool.h>
#include <string.h>

#define MAGIC_AT 257 /* of a tar header */
#define SUM_AT 148
#define SUM_LEN 8

struct mark {
    const char *bytes;
    size_t len;
    enum dbc_kind kind;
    const char *name;
};

#define MARK(bytes, kind, name)                                                                    \
    {                                                                                              \
        bytes, sizeof(bytes) - 1, kind, name                                                       \
    }

static const struct mark marks[] = {
    MARK("\x1f\x8b", DBC_KIND_GZIP, "gzip file"),
    MARK("BZh", DBC_KIND_BZIP2, "bzip2 file"),
    MARK("\x28\xb5\x2f\xfd", DBC_KIND_ZSTD, "zstd file"),
    MARK("PK\3\4", DBC_KIND_ZIP, "zip archive"),
    MARK("PK\5\6", DBC_KIND_ZIP, "zip archive"),
    MARK("PK\7\10", DBC_KIND_ZIP, "zip archive"),
    MARK("7z\xbc\xaf\x27\x1c", DBC_KIND_FOREIGN, "7-Zip archive"),
    MARK("Rar!\x1a\7", DBC_KIND_FOREIGN, "RAR archive"),
    MARK("070701", DBC_KIND_FOREIGN, "cpio archive"),
    MARK("070702", DBC_KIND_FOREIGN, "cpio archive"),
    MARK("070707", DBC_KIND_FOREIGN, "cpio archive"),
    MARK("!<arch>\n", DBC_KIND_FOREIGN, "ar archive"),
    MARK("MSCF\0\0\0\0", DBC_KIND_FOREIGN, "cabinet archive"),
    MARK("\x1f\x9d", DBC_KIND_FOREIGN, "compress file"),
    /* libarchive could read it, but its decoder takes the memory that the file asks for, up to
     * 4 GiB. */
    MARK("\xfd\x37zXZ\0", DBC_KIND_FOREIGN, "xz file"),
    MARK("LZIP\1", DBC_KIND_FOREIGN, "lzip file"),
    MARK("\x04\x22\x4d\x18", DBC_KIND_FOREIGN, "lz4 file"),
    MARK("\x89LZO\0", DBC_KIND_FOREIGN, "lzop file"),
    MARK("]\0\0", DBC_KIND_FOREIGN, "lzma file"),
};

/* Parses octal digits between blanks or NULs. */
static long octal(const char *text, size_t len)
{
    long value = 0;
    size_t i = 0;

    while (i < len && text[i] == ' ') {
        i++;
    }
    if (i == len || text[i] < '0' || text[i] > '7') {
        return -1;
    }
    for (; i < len && text[i] >= '0' && text[i] <= '7'; i++) {
        value = value * 8 + (text[i] - '0');
    }
    return i == len || text[i] == ' ' || text[i] == '\0' ? value : -1;
}

/* Accepts the sum of signed chars, too, as old programs made it. */
static bool sum_fits(const char *header)
{
    long found = octal(header + SUM_AT, SUM_LEN), plain = 0, with_sign = 0;

    for (size_t i = 0; i < DBC_KIND_BYTES; i++) {
        char c = i >= SUM_AT && i < SUM_AT + SUM_LEN ? ' ' : header[i];
        plain += (unsigned char)c;
        with_sign += (signed char)c;
    }
    return found >= 0 && (found == plain || found == with_sign);
}

/* A file with a tar's mark is a tar even when the sum is wrong: it is damaged then.  Each variant
 * of the mark has a NUL in it, so no text has one. */
static bool is_tar(const char *start, size_t len)
{
    if (len >= DBC_KIND_BYTES && sum_fits(start)) {
        return true;
    }
    return len >= MAGIC_AT + 8 && (memcmp(start + MAGIC_AT, "ustar\0", 6) == 0 ||
                                   memcmp(start + MAGIC_AT, "ustar  \0", 8) == 0);
}

/* A single printable character does not count as the start of a mark. */
static bool has_mark(const struct mark *mark, const char *start, size_t len)
{
    size_t n = len < mark->len ? len : mark->len;

    return n > 0 && memcmp(start, mark->bytes, n) == 0 &&
           (n > 1 || start[0] < ' ' || start[0] > '~');
}

enum dbc_kind dbc_kind_of(const char *start, size_t len, const char **name)
{
    *name = "tar archive";
    if (is_tar(start, len)) {
        return DBC_KIND_TAR;
    }
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (has_mark(&marks[i], start, len)) {
            *name = marks[i].name;
            return marks[i].kind;
        }
    }
    *name = "plain file";
    return DBC_KIND_PLAIN;
}
