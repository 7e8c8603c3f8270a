/* daemon.h - runs a program in the background, with a pid file, watched by a process of its own or
 * by systemd.  It follows Open vSwitch's daemons, so that ovs-appctl and ovs-ctl work with it. */
#ifndef CLI_DAEMON_H
#define CLI_DAEMON_H

#include <stdbool.h>
#include <sys/types.h>

#define DAEMON_RESTART_S 10 /* at least, between two starts under --monitor */

struct daemon {
    bool detach;         /* go to the background; the first process ends at daemon_listens */
    bool monitor;        /* restart it when a signal ends it that does not ask for its end */
    const char *pidfile; /* NULL: none */
    int told;            /* the pipe to the process that waits; -1: none waits */
    int lock;            /* the pid file, locked as long as the process lives; -1: none */
};

/* Goes to the background if that is wanted.  Returns -1 in the process that does the work, and in
 * any other the status to exit with. */
int daemon_begin(struct daemon *daemon);
/* Writes the pid file.  Returns 0, or -1 after a message when it cannot be written or another
 * process runs. */
int daemon_write_pid(struct daemon *daemon);
/* Tells the process that waits that the work begins, and leaves the terminal if detached. */
void daemon_listens(struct daemon *daemon);
/* Removes the pid file. */
void daemon_end(struct daemon *daemon);

/* Sends `state` to systemd (sd_notify(3)); `socket` is $NOTIFY_SOCKET.  Does nothing when it is
 * NULL. */
void daemon_notify(const char *socket, const char *state);

#endif
