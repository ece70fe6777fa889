/* backup.c - keeping and asking about files that are to be replaced */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "arena.h"
#include "backup.h"
#include "in.h"
#include "out.h"
#include "walk.h"

enum { RECORDS = 32768 };

static enum backup_kind kind_of(const char *control, const char *option)
{
	static const char *const names[] = { "none", "off",      "simple", "never", "existing",
					     "nil",  "numbered", "t",      NULL };
	static const int kinds[] = { BACKUP_NONE,     BACKUP_NONE,     BACKUP_SIMPLE,   BACKUP_SIMPLE,
				     BACKUP_EXISTING, BACKUP_EXISTING, BACKUP_NUMBERED, BACKUP_NUMBERED };

	if (!control || !*control)
		return BACKUP_EXISTING;
	return (enum backup_kind)choose(names, kinds, control, option);
}

struct backup backup_options(bool wanted, const struct option_list *control, const char *suffix)
{
	struct backup b = { BACKUP_NONE, suffix ? suffix : getenv("SIMPLE_BACKUP_SUFFIX") };
	const char *kind = NULL;

	if (!b.suffix || !*b.suffix || strchr(b.suffix, '/'))
		b.suffix = "~";
	for (size_t i = 0; i < control->count; i++)
		if (control->items[i].value)
			kind = control->items[i].value;
	if (kind && *kind)
		b.kind = kind_of(kind, "backup type");
	else if (wanted || control->count || suffix)
		b.kind = kind_of(getenv("VERSION_CONTROL"), "$VERSION_CONTROL");
	return b;
}

/* Returns the digits of N if `name` is `base`.~N~ (of no more than 255 digits and without leading zeros), and their
 * number in *digits; else NULL. */
static const char *number_of(const char *name, const char *base, size_t base_len, size_t *digits)
{
	const char *s = name + base_len;

	if (strncmp(name, base, base_len) != 0 || s[0] != '.' || s[1] != '~' || s[2] < '1' || s[2] > '9')
		return NULL;
	s += 2;
	*digits = strspn(s, "0123456789");
	return strcmp(s + *digits, "~") == 0 ? s : NULL;
}

/* Puts the highest N of the numbered backups of `base` in the directory `dir` into `highest`, "" if there are none.
 * Returns -1 with errno set if the directory cannot be read. */
static int find_highest(int dir, const char *directory, const char *base, size_t base_len, char highest[256])
{
	struct arena_mark mark = arena_mark();
	int fd = open_file_at(dir, directory, O_RDONLY | O_DIRECTORY, 0), code;
	char *records = arena_alloc(RECORDS);
	size_t longest = 0;
	ssize_t n = -1;

	highest[0] = 0;
	while (fd >= 0 && (n = dir_read(fd, records, RECORDS)) > 0)
		for (char *at = records; at < records + n;) {
			const struct dir_record *r = (const struct dir_record *)(const void *)at;
			size_t digits;
			const char *number = number_of(r->name, base, base_len, &digits);

			if (number && (digits > longest ||
				       (digits == longest && memcmp(number, highest, digits) > 0))) {
				longest = digits;
				memcpy(highest, number, digits);
				highest[digits] = 0;
			}
			at += r->size;
		}
	code = errno;
	if (fd >= 0)
		close_file(fd);
	arena_release(mark);
	errno = code;
	return n < 0 ? -1 : 0;
}

/* Adds one to the decimal number `n`, of any length but with room for one more digit. */
static void increment(char *n)
{
	size_t len = strlen(n), i = len;

	while (i > 0 && n[i - 1] == '9')
		n[--i] = '0';
	if (i > 0) {
		n[i - 1]++;
		return;
	}
	memmove(n + 1, n, len + 1);
	n[0] = '1';
}

/* Returns the name for a backup, and in *numbered whether it is one with a number. */
static char *name_for(int dir, const char *name, const struct backup *b, bool *numbered)
{
	size_t end = strlen(name), start;
	char highest[257];

	while (end > 1 && name[end - 1] == '/')
		end--;
	for (start = end; start > 0 && name[start - 1] != '/';)
		start--;
	*numbered = false;
	if (b->kind != BACKUP_SIMPLE) {
		const char *directory = start ? arena_memdup(name, start) : ".";

		if (find_highest(dir, directory, name + start, end - start, highest) < 0)
			return NULL;
		*numbered = highest[0] || b->kind == BACKUP_NUMBERED;
	}
	if (!*numbered)
		return arena_printf("%.*s%s", (int)end, name, b->suffix);
	increment(highest);
	return arena_printf("%.*s.~%s~", (int)end, name, highest);
}

char *backup_name(int dir, const char *name, const struct backup *b)
{
	bool numbered;

	return name_for(dir, name, b, &numbered);
}

int rename_new(int from_dir, const char *from, int to_dir, const char *to)
{
	return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, RENAME_NOREPLACE);
}

char *backup_file(int dir, const char *name, const struct backup *b)
{
	for (;;) {
		bool numbered;
		char *to = name_for(dir, name, b, &numbered);

		if (!to)
			return NULL;
		if ((numbered ? rename_new(dir, name, dir, to) : renameat(dir, name, dir, to)) == 0)
			return to;
		if (numbered && errno == EEXIST)
			continue;
		/* Not every file system can do it without the risk. */
		return numbered && (errno == EINVAL || errno == ENOSYS) && renameat(dir, name, dir, to) == 0
			       ? to
			       : NULL;
	}
}

char *temporary_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	uint64_t random = 0;

	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
		random = (uint64_t)getpid();
	return arena_printf("%.*s.box-%016" PRIx64, slash ? (int)(slash + 1 - path) : 0, path, random);
}

/* Makes a hard link, or if `text` is not NULL a symbolic one. */
static int make_link(const struct new_link *l, const char *name)
{
	return l->text ? symlinkat(l->text, l->dir, name)
		       : linkat(l->from_dir, l->from, l->dir, name, l->flags);
}

int link_replacing(const struct new_link *l)
{
	for (;;) {
		char *temporary = temporary_name(l->name);

		if (make_link(l, temporary) == 0) {
			int failed = renameat(l->dir, temporary, l->dir, l->name), code = errno;

			/* Renaming does nothing where both are links to the same file. */
			unlinkat(l->dir, temporary, 0);
			errno = code;
			return failed;
		}
		if (errno != EEXIST)
			return -1;
	}
}

int link_new(const struct new_link *l)
{
	return make_link(l, l->name);
}

bool confirm(const char *question)
{
	const char *text = arena_printf("%s: %s? ", applet_name(), question);

	out_flush();
	write_all(STDERR_FILENO, text, strlen(text));
	return read_yes(STDIN_FILENO);
}
