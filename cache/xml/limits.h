/* limits.h - the limits that only readers of XML need, beside those of base/limits.h. */
#ifndef DBC_XML_LIMITS_H
#define DBC_XML_LIMITS_H

/* What libxml2 may take in without a single event: one tag, comment or CDATA section.  A tag's cost
 * grows with the square of its attributes. */
#define DBC_LIMIT_TOKEN_BYTES (80u * 1024)
/* Different names of elements and attributes in one file; real ones have about 50.  libxml2's table
 * of names stops growing at 16,384 and gets slow beyond. */
#define DBC_LIMIT_XML_NAMES 32768
/* One unknown tag or comment as it is written back: smaller, since the parser has bytes in stock as
 * well.  Otherwise a file could be written that cannot be read. */
#define DBC_LIMIT_EXTRA_TOKEN (DBC_LIMIT_TOKEN_BYTES - 16u * 1024)
/* All unknown elements and comments of one file. */
#define DBC_LIMIT_EXTRA_BYTES (4u * 1024 * 1024)

#endif
