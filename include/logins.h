/* logins.h - who is logged in: the records of utmp(5), in their Linux form
 */
#ifndef LOGINS_H
#define LOGINS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>
#include "timefmt.h"

enum login_type {
	LOGIN_RUN_LEVEL = 1,
	LOGIN_BOOT,
	LOGIN_NEW_TIME,
	LOGIN_OLD_TIME,
	LOGIN_INIT,
	LOGIN_GETTY,
	LOGIN_USER,
	LOGIN_DEAD
};

/* The file that is read if no other is asked for. */
#define LOGINS_FILE "/var/run/utmp"

struct login {
	int type; /* enum login_type, or another number */
	pid_t pid;
	char line[33], id[5], user[33], host[257];
	int termination, exit; /* of a process that is dead */
	time_t time;
	unsigned char address[16]; /* of the host; an IPv4 one in the first four bytes, and then zeros */
};

/* Reads a file of records, which have no fault; one that cannot be read has none. `living` leaves out users whose process
 * is gone. Memory is the arena's. */
struct login *logins_read(const char *file, bool living, size_t *count);

/* Whether it is one of a user. */
bool login_is_user(const struct login *l);

/* The host's name for people: what it was called by, a display after a colon kept, with `lookup` in the canonical form that the
 * resolver has for it. In the arena. */
const char *login_host(const struct login *l, bool lookup);

/* How a terminal was used last: 0 with errno set if it cannot be told. `mode` gets its mode. */
time_t login_last_use(const struct login *l, mode_t *mode);

/* A time in the form for people, as in ISO 8601 in any locale but C; in the arena. And its columns. */
const char *login_time(struct time_zone *zone, time_t t);
int login_time_width(void);

#endif
