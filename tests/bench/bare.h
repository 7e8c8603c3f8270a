/* bare.h - what the benchmarks compare with: libxml2 parses the file with SAX2 and null handlers.
 */
#ifndef BENCH_BARE_H
#define BENCH_BARE_H

#include <libxml/parser.h>

static inline int bare_parse(const char *path)
{
    xmlSAXHandler none = { .initialized = XML_SAX2_MAGIC };
    return xmlSAXUserParseFile(&none, NULL, path);
}

#endif
