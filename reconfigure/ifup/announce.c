/* announce.c - makes and sends one ARP announcement (announce.h). */
#include "reconfigure/ifup/announce.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/if_ether.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void fill(struct ether_arp *arp, const void *mac, uint32_t ip)
{
    arp->ea_hdr.ar_hrd = htons(ARPHRD_ETHER);
    arp->ea_hdr.ar_pro = htons(ETHERTYPE_IP);
    arp->ea_hdr.ar_hln = ETHER_ADDR_LEN;
    arp->ea_hdr.ar_pln = sizeof ip;
    arp->ea_hdr.ar_op = htons(ARPOP_REQUEST);
    memcpy(arp->arp_sha, mac, ETHER_ADDR_LEN);
    memcpy(arp->arp_spa, &ip, sizeof ip);
    memcpy(arp->arp_tpa, &ip, sizeof ip);
}

static int send_to_all(int fd, const char *dev, uint32_t ip)
{
    struct ifreq request = { .ifr_ifindex = 0 };
    struct ether_arp arp = { .ea_hdr = { 0 } };
    struct sockaddr_ll to = { .sll_family = AF_PACKET,
                              .sll_protocol = htons(ETHERTYPE_ARP),
                              .sll_ifindex = (int)if_nametoindex(dev),
                              .sll_hatype = htons(ARPHRD_ETHER),
                              .sll_halen = ETHER_ADDR_LEN };

    snprintf(request.ifr_name, sizeof request.ifr_name, "%s", dev);
    if (to.sll_ifindex == 0 || ioctl(fd, SIOCGIFHWADDR, &request) < 0) {
        return -1;
    }
    memset(to.sll_addr, 0xff, ETHER_ADDR_LEN);
    fill(&arp, request.ifr_hwaddr.sa_data, ip);
    return sendto(fd, &arp, sizeof arp, 0, (const struct sockaddr *)&to, sizeof to) ==
                   (ssize_t)sizeof arp
               ? 0
               : -1;
}

int ifr_announce(const char *dev, uint32_t ip, struct dbc_error *err)
{
    int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int rc = fd >= 0 && send_to_all(fd, dev, ip) == 0
                 ? 0
                 : dbc_fail_errno(err, errno, "%s: cannot announce its address", dev);

    if (fd >= 0) {
        close(fd);
    }
    return rc;
}
