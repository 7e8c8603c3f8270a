/* netlink_attr.c - finds, checks and reads the attributes of the kernel's messages
 * (netlink_priv.h). */
#include <string.h>

#include "reconfigure/host/netlink_priv.h"

static size_t aligned(size_t len)
{
    return (len + MNL_ALIGNTO - 1) & ~(size_t)(MNL_ALIGNTO - 1);
}

/* Does what ifr_netlink_message() promises, in `len` bytes of attributes. */
static bool attrs_of(const void *data, size_t len, const struct nlattr **ret, unsigned max)
{
    const char *at = data;

    memset(ret, 0, (max + 1) * sizeof *ret);
    while (len >= sizeof(struct nlattr)) {
        const struct nlattr *attr = (const struct nlattr *)(const void *)at;
        size_t step = 0;

        if (!mnl_attr_ok(attr, (int)len)) {
            return false;
        }
        if (mnl_attr_get_type(attr) <= max) {
            ret[mnl_attr_get_type(attr)] = attr;
        }
        step = aligned(attr->nla_len);
        step = step < len ? step : len;
        at += step;
        len -= step;
    }
    return true;
}

bool ifr_netlink_message(const struct nlmsghdr *m, size_t header, const struct nlattr **ret,
                         unsigned max)
{
    size_t len = mnl_nlmsg_get_payload_len(m), skip = aligned(header);

    memset(ret, 0, (max + 1) * sizeof *ret);
    return len >= header && (len <= skip || attrs_of((const char *)mnl_nlmsg_get_payload(m) + skip,
                                                     len - skip, ret, max));
}

bool ifr_netlink_nested(const struct nlattr *attr, const struct nlattr **ret, unsigned max)
{
    memset(ret, 0, (max + 1) * sizeof *ret);
    if (attr == NULL ||
        !attrs_of(mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr), ret, max)) {
        memset(ret, 0, (max + 1) * sizeof *ret);
        return false;
    }
    return true;
}

bool ifr_netlink_has_size(const struct nlattr *attr, size_t size)
{
    return attr != NULL && mnl_attr_get_payload_len(attr) == size;
}

bool ifr_netlink_u8(const struct nlattr *attr, int *ret)
{
    bool right = ifr_netlink_has_size(attr, 1);

    *ret = right ? mnl_attr_get_u8(attr) : *ret;
    return right;
}

bool ifr_netlink_u16(const struct nlattr *attr, int *ret)
{
    bool right = ifr_netlink_has_size(attr, 2);

    *ret = right ? mnl_attr_get_u16(attr) : *ret;
    return right;
}

bool ifr_netlink_u32(const struct nlattr *attr, uint32_t *ret)
{
    bool right = ifr_netlink_has_size(attr, 4);

    *ret = right ? mnl_attr_get_u32(attr) : *ret;
    return right;
}

bool ifr_netlink_text(const struct nlattr *attr, char *ret, size_t size)
{
    size_t len = attr != NULL ? mnl_attr_get_payload_len(attr) : 0;
    const char *text = attr != NULL ? mnl_attr_get_payload(attr) : NULL;
    const char *end = len > 0 ? memchr(text, '\0', len) : NULL;

    memset(ret, 0, size);
    if (end == NULL || (size_t)(end - text) >= size) {
        return false;
    }
    memcpy(ret, text, (size_t)(end - text));
    return true;
}
