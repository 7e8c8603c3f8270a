/* limits.h - limits that only readers of XML need, in addition to those of base/limits.h. */
#ifndef DBC_XML_LIMITS_H
#define DBC_XML_LIMITS_H

/* Bytes that libxml2 may take without an event: of one tag, comment or CDATA section.  The time for
 * a tag grows with the square of its attributes. */
#define DBC_LIMIT_TOKEN_BYTES (80u * 1024)
/* Different names of elements and attributes in one file; real ones have about 50.  libxml2's table
 * of names stops growing at 16,384 and gets slow beyond. */
#define DBC_LIMIT_XML_NAMES 32768
/* Bytes of one unknown tag or comment as it is written back.  The limit is smaller, since a parser
 * also counts the bytes that it has read ahead; otherwise a written file might not be readable. */
#define DBC_LIMIT_EXTRA_TOKEN (DBC_LIMIT_TOKEN_BYTES - 16u * 1024)
/* Bytes of all unknown elements and comments of one file. */
#define DBC_LIMIT_EXTRA_BYTES (4u * 1024 * 1024)

#endif
