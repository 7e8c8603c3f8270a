/* daemon.h - a program that stays: in the background, with a pid file, watched over by a process of
 * its own or by systemd.  As Open vSwitch's own daemons do it, so that ovs-appctl and ovs-ctl find
 * their way. */
#ifndef CLI_DAEMON_H
#define CLI_DAEMON_H

#include <stdbool.h>
#include <sys/types.h>

#define DAEMON_RESTART_S 10 /* between two starts of what --monitor watches over */

struct daemon {
    bool detach;         /* go to the background; the caller's process ends when daemon_listens */
    bool monitor;        /* start it again when a signal ends it that nobody meant */
    const char *pidfile; /* NULL: none */
    int told;            /* the pipe to who waits; -1: nobody does */
    int lock;            /* the pid file, locked while we live; -1: none */
};

/* Goes to the background and comes back in the process that does the work: -1.  In any other the
 * exit status that it ends with. */
int daemon_begin(struct daemon *daemon);
/* Writes the pid file; -1, said on stderr, when it cannot be written or another one runs. */
int daemon_write_pid(struct daemon *daemon);
/* The work can begin: whoever started us hears of it, and the terminal is left. */
void daemon_listens(struct daemon *daemon);
/* The pid file goes. */
void daemon_end(struct daemon *daemon);

/* Tells systemd (sd_notify(3)); `socket` is $NOTIFY_SOCKET, NULL: nobody asked. */
void daemon_notify(const char *socket, const char *state);

#endif
