/* logins.c - who is logged in */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "arena.h"
#include "in.h"
#include "logins.h"
#include "timefmt.h"

/* A record as it is in the file. */
struct record {
	int16_t type;
	int32_t pid;
	char line[32], id[4], user[32], host[256];
	int16_t termination, exit;
	int32_t session, seconds, microseconds;
	unsigned char address[16];
	char unused[20];
};

static struct login login_of(const struct record *r)
{
	struct login l = { .type = r->type,
			   .pid = r->pid,
			   .termination = r->termination,
			   .exit = r->exit,
			   .time = r->seconds };

	memcpy(l.line, r->line, sizeof(r->line));
	memcpy(l.id, r->id, sizeof(r->id));
	memcpy(l.user, r->user, sizeof(r->user));
	memcpy(l.host, r->host, sizeof(r->host));
	memcpy(l.address, r->address, sizeof(r->address));
	for (size_t len = strlen(l.user); len > 0 && l.user[len - 1] == ' '; len--)
		l.user[len - 1] = '\0';
	return l;
}

bool login_is_user(const struct login *l)
{
	return l->type == LOGIN_USER && l->user[0];
}

struct login *logins_read(const char *file, bool living, size_t *count)
{
	int fd = open_file(file, O_RDONLY, 0);
	size_t len = 0;
	char *text = fd < 0 ? NULL : read_file(fd, &len);
	size_t records = text ? len / sizeof(struct record) : 0;
	struct login *logins = arena_array(struct login, records + 1);

	if (fd >= 0)
		close_file(fd);
	*count = 0;
	for (size_t i = 0; i < records; i++) {
		struct record r;

		memcpy(&r, text + i * sizeof(r), sizeof(r));
		logins[*count] = login_of(&r);
		if (living && login_is_user(&logins[*count]) && r.pid > 0 && kill(r.pid, 0) < 0 &&
		    errno == ESRCH)
			continue;
		(*count)++;
	}
	return logins;
}

/* The canonical name of a host, or NULL. */
static const char *canonical_host(const char *name)
{
	struct addrinfo hints = { .ai_flags = AI_CANONNAME, .ai_socktype = SOCK_STREAM }, *found;
	const char *canonical = NULL;

	if (getaddrinfo(name, NULL, &hints, &found) != 0)
		return NULL;
	if (found->ai_canonname)
		canonical = arena_strdup(found->ai_canonname);
	freeaddrinfo(found);
	return canonical;
}

const char *login_host(const struct login *l, bool lookup)
{
	char *host = arena_strdup(l->host), *display = strchr(host, ':');
	const char *name = NULL;

	if (!lookup || !*host)
		return host;
	if (display)
		*display++ = '\0';
	if (*host)
		name = canonical_host(host);
	if (!name)
		name = host;
	return display ? arena_printf("%s:%s", name, display) : name;
}

time_t login_last_use(const struct login *l, mode_t *mode)
{
	struct stat st;

	*mode = 0;
	if (stat(l->line[0] == '/' ? l->line : arena_printf("/dev/%s", l->line), &st) < 0)
		return 0;
	*mode = st.st_mode;
	return st.st_atime;
}

/* Whether times are as in ISO 8601. */
static bool wants_iso(void)
{
	static const char *const names[] = { "LC_ALL", "LC_TIME", "LANG" };

	for (size_t i = 0; i < 3; i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strcmp(value, "C") != 0 && strcmp(value, "POSIX") != 0;
	}
	return false;
}

int login_time_width(void)
{
	return wants_iso() ? 16 : 12;
}

const char *login_time(struct time_zone *zone, time_t t)
{
	struct timespec ts = { .tv_sec = t };
	struct buf text = { 0 };
	struct tm tm;

	if (!time_split(zone, t, &tm))
		return arena_printf("%jd", (intmax_t)t);
	time_format(&text, wants_iso() ? "%Y-%m-%d %H:%M" : "%b %e %H:%M", &tm, &ts);
	return text.data;
}
