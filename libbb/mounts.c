/* mounts.c - the file systems that are mounted */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include "arena.h"
#include "in.h"
#include "mounts.h"

enum { FIELDS = 11 }; /* of those that are not optional */

/* Undoes the kernel's octal escapes, in place. */
static char *unescape(char *s)
{
	char *to = s;

	for (const char *p = s; *p; p++)
		if (*p == '\\' && strspn(p + 1, "01234567") >= 3) {
			*to++ = (char)((p[1] - '0') * 64 + (p[2] - '0') * 8 + p[3] - '0');
			p += 3;
		} else {
			*to++ = *p;
		}
	*to = '\0';
	return s;
}

/* Reads a line: ID PARENT MAJOR:MINOR ROOT TARGET OPTIONS [OPTIONAL]... - TYPE SOURCE SUPER_OPTIONS. Returns false if it is none. */
static bool read_line(char *line, struct mount *m)
{
	char *field[FIELDS] = { NULL }, *word, *end;
	unsigned major;
	size_t n = 0;

	while ((word = strsep(&line, " ")) && n < FIELDS) {
		if (n == 6 && strcmp(word, "-") != 0)
			continue;
		field[n++] = word;
	}
	if (n < 9)
		return false;
	*m = (struct mount){
		.root = unescape(field[3]),
		.target = unescape(field[4]),
		.options = unescape(field[5]),
		.type = unescape(field[7]),
		.source = unescape(field[8]),
		.super_options = field[9] ? unescape(field[9]) : "",
	};
	major = (unsigned)strtoul(field[2], &end, 10);
	m->device = makedev(major, *end == ':' ? (unsigned)strtoul(end + 1, NULL, 10) : 0);
	return true;
}

struct mount *mounts_read(size_t *count)
{
	struct mount *mounts = arena_new(struct mount);
	size_t len, size = 1;
	int fd = open_file("/proc/self/mountinfo", O_RDONLY, 0);
	char *text, *line;

	*count = 0;
	if (fd < 0)
		return NULL;
	text = read_file(fd, &len);
	close_file(fd);
	if (!text)
		return NULL;
	while ((line = strsep(&text, "\n"))) {
		mounts = arena_reserve(mounts, *count, &size, sizeof(*mounts));
		*count += read_line(line, &mounts[*count]);
	}
	return mounts;
}
