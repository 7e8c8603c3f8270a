/* limits.h - every limit on what comes from outside, in one place.  Each has a test that crosses
 * it.  Raising one is safe up to the memory that you want to give a hostile file. */
#ifndef DBC_BASE_LIMITS_H
#define DBC_BASE_LIMITS_H

#define DBC_LIMIT_FILE_BYTES (64u * 1024 * 1024) /* a network.dbcache; 4,094 VLANs take 6 MB */
#define DBC_LIMIT_XML_DEPTH 16                   /* the format needs 4 */
#define DBC_LIMIT_XML_ATTRS 16                   /* of one element; the format has 1 */
#define DBC_LIMIT_TEXT_BYTES (64u * 1024)        /* one field's text */
#define DBC_LIMIT_RECORDS 200000                 /* of all classes */
#define DBC_LIMIT_LIST 8192                      /* items of one list, keys of one map */
#define DBC_LIMIT_IPV6 64                        /* static IPv6 addresses of one device */
#define DBC_LIMIT_CONFIG_FILE (1u * 1024 * 1024) /* network.conf, inventory, sysconfig/network */
#define DBC_LIMIT_WARNINGS 100                   /* of one file; then one that says so */

#endif
