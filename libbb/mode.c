/* mode.c - permissions in words
 *
 * POSIX.1-2024 chmod, EXTENDED DESCRIPTION; the GNU coreutils manual, "File permissions": symbolic modes, operator
 * numeric modes, and directories, which keep their set-user-ID and set-group-ID bits unless these are named.
 */
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include "mode.h"

#define ALL    07777
#define SET_ID (S_ISUID | S_ISGID)

/* Reads octal digits up to 7777 from *s and steps over them. Returns -1 if there are none or too many. */
static int octal(const char **s)
{
	const char *p = *s;
	int n = 0;

	while (*p - '0' >= 0 && *p - '0' < 8) {
		n = n * 8 + (*p++ - '0');
		if (n > ALL)
			return -1;
	}
	if (p == *s)
		return -1;
	*s = p;
	return n;
}

/* Reads u, g, o or a: the bits that belong to them. Returns 0 for any other character. */
static mode_t whose(char c)
{
	switch (c) {
	case 'u':
		return S_ISUID | S_IRWXU;
	case 'g':
		return S_ISGID | S_IRWXG;
	case 'o':
		return S_ISVTX | S_IRWXO;
	case 'a':
		return ALL;
	default:
		return 0;
	}
}

/* Does the whole symbolic mode `s` to *mode. Returns whether it is one. */
static bool apply(const char *s, mode_t *mode, bool directory, mode_t mask, mode_t *mentioned)
{
	do {
		mode_t who = 0;

		for (; whose(*s); s++)
			who |= whose(*s);
		if (!*s || !strchr("+-=", *s))
			return false;
		do {
			char op = *s++;
			mode_t bits = 0, named = 0, affected = who ? who : ALL & ~mask;
			int number;

			if (*s >= '0' && *s <= '7') {
				number = octal(&s);
				if (who || number < 0 || (*s && *s != ','))
					return false;
				bits = (mode_t)number;
				affected = named = ALL;
			} else if (whose(*s) && *s != 'a') {
				bits = *mode >> (*s == 'u' ? 6 : *s == 'g' ? 3 : 0) & 7;
				bits |= bits << 3 | bits << 6;
				s++;
			} else {
				static const char letters[] = "rwxXst";
				static const short values[] = { 0444, 0222, 0111, 0111, SET_ID, S_ISVTX };
				const char *p;

				for (; *s && (p = strchr(letters, *s)); s++)
					if (*s != 'X' || directory || *mode & 0111)
						bits |= (mode_t)values[p - letters];
				named = bits;
			}
			bits &= affected;
			if (op == '=') {
				mode_t cleared = who ? who : ALL;

				if (directory)
					cleared &= ~(SET_ID & ~named);
				*mentioned |= cleared | bits;
				*mode = (*mode & ~cleared) | bits;
			} else {
				*mentioned |= bits;
				*mode = op == '+' ? *mode | bits : *mode & ~bits;
			}
		} while (*s && strchr("+-=", *s));
	} while (*s == ',' && s++);
	return !*s;
}

const struct mode_change *mode_compile(const char *spec, struct mode_change *change)
{
	const char *s = spec;
	mode_t scratch = 0, mentioned = 0;
	int number;

	change->spec = NULL;
	if (*s >= '0' && *s <= '7') {
		number = octal(&s);
		if (number < 0 || *s)
			return NULL;
		change->value = (mode_t)number;
		change->keep = s - spec < 5 ? SET_ID & ~change->value : 0;
		return change;
	}
	change->spec = spec;
	return apply(spec, &scratch, false, 0, &mentioned) ? change : NULL;
}

const struct mode_change *mode_from(mode_t mode, struct mode_change *change)
{
	change->spec = NULL;
	change->value = mode & ALL;
	change->keep = 0;
	return change;
}

mode_t mode_apply(const struct mode_change *change, mode_t old, bool directory, mode_t mask,
		  mode_t *mentioned)
{
	mode_t unused, kept = directory ? change->keep : 0;

	if (!mentioned)
		mentioned = &unused;
	*mentioned = 0;
	old &= ALL;
	if (change->spec) {
		apply(change->spec, &old, directory, mask, mentioned);
		return old;
	}
	*mentioned = ALL & ~kept;
	return change->value | (old & kept);
}

char mode_type(mode_t mode)
{
	static const char types[] = "?pc?d?b?-?l?s???";

	return types[mode >> 12 & 15];
}

void mode_string(mode_t mode, char out[11])
{
	static const char letters[] = "rwxrwxrwx";

	out[0] = mode_type(mode);
	for (int i = 0; i < 9; i++)
		out[i + 1] = mode & 0400 >> i ? letters[i] : '-';
	for (int i = 0; i < 3; i++)
		if (mode & 04000 >> i) {
			char *x = &out[3 + 3 * i];

			*x = *x == 'x' ? "sst"[i] : "SST"[i];
		}
	out[10] = '\0';
}

const char *file_kind(const struct stat *st)
{
	switch (st->st_mode & S_IFMT) {
	case S_IFREG:
		return st->st_size ? "regular file" : "regular empty file";
	case S_IFDIR:
		return "directory";
	case S_IFLNK:
		return "symbolic link";
	case S_IFBLK:
		return "block special file";
	case S_IFCHR:
		return "character special file";
	case S_IFIFO:
		return "fifo";
	case S_IFSOCK:
		return "socket";
	}
	return "weird file";
}
