/* color.c - the colors of file names: LS_COLORS */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "arena.h"
#include "color.h"
#include "glob.h"
#include "quote.h"

const char color_names[] = "lcrcecrsnofidilnpisobdcdmiorexdosusgstowtwcamhcl";

/* A suffix of names; those that end in the same character form a list. */
struct color_suffix {
	struct color_suffix *next;
	struct color suffix, color;
};

static unsigned bucket(char last)
{
	return (unsigned char)last % 32; /* the same for both cases of a letter */
}

static void set_defaults(struct colors *c)
{
	static const char *const defaults[COLOR_KINDS] = {
		[COLOR_LEFT] = "\033[",
		[COLOR_RIGHT] = "m",
		[COLOR_RESET] = "0",
		[COLOR_DIR] = "01;34",
		[COLOR_LINK] = "01;36",
		[COLOR_FIFO] = "33",
		[COLOR_SOCKET] = "01;35",
		[COLOR_BLOCK] = "01;33",
		[COLOR_CHAR] = "01;33",
		[COLOR_EXEC] = "01;32",
		[COLOR_DOOR] = "01;35",
		[COLOR_SETUID] = "37;41",
		[COLOR_SETGID] = "30;43",
		[COLOR_STICKY] = "37;44",
		[COLOR_OTHER_WRITABLE] = "34;42",
		[COLOR_STICKY_OTHER_WRITABLE] = "30;42",
		[COLOR_CLEAR_TO_END] = "\033[K",
	};

	*c = (struct colors){ 0 };
	for (int i = 0; i < COLOR_KINDS; i++)
		if (defaults[i])
			c->kinds[i] = (struct color){ defaults[i], strlen(defaults[i]) };
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 'a' - 'A';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* LS_COLORS while it is being read: what is left of it, and room for its texts. */
struct scan {
	const char *p;
	char *to;
};

/* Reads what follows a backslash. Returns false if nothing does. */
static bool read_escape(struct scan *in, char *out)
{
	static const char letters[] = "a\ab\be\033f\fn\nr\rt\tv\v?\177_ ";
	unsigned value = 0;

	if (!*in->p)
		return false;
	if (*in->p >= '0' && *in->p <= '7') {
		for (; *in->p >= '0' && *in->p <= '7'; in->p++)
			value = value * 8 + (unsigned)(*in->p - '0');
	} else if (*in->p == 'x' || *in->p == 'X') {
		while (hex_digit(*++in->p) >= 0)
			value = value * 16 + (unsigned)hex_digit(*in->p);
	} else {
		value = (unsigned char)*in->p;
		for (const char *l = letters; *l; l += 2)
			if (*l == *in->p)
				value = (unsigned char)l[1];
		in->p++;
	}
	*out = (char)value;
	return true;
}

/* Reads the character after a ^. */
static bool read_control(struct scan *in, char *out)
{
	char c = *in->p;

	if (c == '?')
		*out = 127;
	else if (c >= '@' && c <= '~')
		*out = c & 31;
	else
		return false;
	in->p++;
	return true;
}

/* Reads a text up to a colon, or an equals sign if `key`, with \ and ^ for special characters. False if it is malformed. */
static bool read_text(struct scan *in, bool key, struct color *out)
{
	out->text = in->to;
	while (*in->p && *in->p != ':' && !(key && *in->p == '=')) {
		char c = *in->p++;
		bool fine = c == '\\' ? read_escape(in, &c) : c == '^' ? read_control(in, &c) : true;

		if (!fine)
			return false;
		*in->to++ = c;
	}
	out->len = (size_t)(in->to - out->text);
	return true;
}

static void add_suffix(struct colors *c, struct color suffix, struct color color)
{
	struct color_suffix *new, **list;

	if (suffix.len == 0)
		return;
	list = &c->suffixes[bucket(suffix.text[suffix.len - 1])];
	new = arena_new(struct color_suffix);
	*new = (struct color_suffix){ *list, suffix, color };
	*list = new;
}

/* Reads `xx=color`. */
static bool read_kind(struct colors *c, struct scan *in)
{
	char name[3] = { 0 };
	int kind;

	if (!in->p[0] || !in->p[1] || in->p[2] != '=')
		return false;
	memcpy(name, in->p, 2);
	in->p += 3;
	for (kind = 0; kind < COLOR_KINDS; kind++)
		if (memcmp(color_names + 2 * kind, name, 2) == 0)
			break;
	if (kind < COLOR_KINDS && read_text(in, false, &c->kinds[kind]))
		return true;
	warn("unrecognized prefix: %s", quote(name));
	return false;
}

static bool read_all_of(struct colors *c, struct scan *in)
{
	struct color suffix, color;

	while (*in->p) {
		if (*in->p == ':') {
			in->p++;
		} else if (*in->p == '*') {
			in->p++;
			if (!read_text(in, true, &suffix) || *in->p++ != '=' || !read_text(in, false, &color))
				return false;
			add_suffix(c, suffix, color);
		} else if (!read_kind(c, in)) {
			return false;
		}
	}
	return true;
}

bool colors_read(struct colors *c, const char *spec)
{
	struct scan in = { spec, arena_alloc(strlen(spec) + 1) };

	set_defaults(c);
	if (!read_all_of(c, &in)) {
		warn("unparsable value for LS_COLORS environment variable");
		return false;
	}
	c->link_as_target = c->kinds[COLOR_LINK].len == 6 &&
			    memcmp(c->kinds[COLOR_LINK].text, "target", 6) == 0;
	return true;
}

const char *const color_terminals[] = {
	"Eterm",  "ansi",  "*color*", "con[0-9]*x[0-9]*", "cons25",  "console",    "cygwin", "*direct*",
	"dtterm", "gnome", "hurd",    "jfbterm",          "konsole", "kterm",      "linux",  "linux-c",
	"mlterm", "putty", "rxvt*",   "screen*",          "st",      "terminator", "tmux*",  "vt100",
	"xterm*", NULL
};

static bool known_terminal(void)
{
	const char *term = getenv("TERM"), *colorterm = getenv("COLORTERM");

	if (colorterm && *colorterm)
		return true;
	for (size_t i = 0; term && color_terminals[i]; i++)
		if (glob_match(color_terminals[i], term, 0))
			return true;
	return false;
}

bool colors_open(struct colors *c)
{
	const char *spec = getenv("LS_COLORS");

	if (spec && *spec)
		return colors_read(c, spec);
	set_defaults(c);
	return known_terminal();
}

bool color_set(const struct colors *c, enum color_kind kind)
{
	const struct color *k = &c->kinds[kind];

	return k->len > 2 || (k->len == 1 && k->text[0] != '0') ||
	       (k->len == 2 && memcmp(k->text, "00", 2) != 0);
}

const struct color *color_of_suffix(const struct colors *c, const char *name, size_t len)
{
	if (len == 0)
		return NULL;
	for (const struct color_suffix *s = c->suffixes[bucket(name[len - 1])]; s; s = s->next)
		if (s->suffix.len <= len &&
		    strncasecmp(name + len - s->suffix.len, s->suffix.text, s->suffix.len) == 0)
			return &s->color;
	return NULL;
}

static enum color_kind color_of_directory(const struct colors *c, mode_t mode)
{
	if (mode & S_ISVTX && mode & S_IWOTH && color_set(c, COLOR_STICKY_OTHER_WRITABLE))
		return COLOR_STICKY_OTHER_WRITABLE;
	if (mode & S_IWOTH && color_set(c, COLOR_OTHER_WRITABLE))
		return COLOR_OTHER_WRITABLE;
	if (mode & S_ISVTX && color_set(c, COLOR_STICKY))
		return COLOR_STICKY;
	return COLOR_DIR;
}

enum color_kind color_of_mode(const struct colors *c, mode_t mode, nlink_t links, bool capable)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return color_of_directory(c, mode);
	case S_IFLNK:
		return COLOR_LINK;
	case S_IFIFO:
		return COLOR_FIFO;
	case S_IFSOCK:
		return COLOR_SOCKET;
	case S_IFBLK:
		return COLOR_BLOCK;
	case S_IFCHR:
		return COLOR_CHAR;
	case S_IFREG:
		break;
	default:
		return COLOR_ORPHAN;
	}
	if (mode & S_ISUID && color_set(c, COLOR_SETUID))
		return COLOR_SETUID;
	if (mode & S_ISGID && color_set(c, COLOR_SETGID))
		return COLOR_SETGID;
	if (capable && color_set(c, COLOR_CAPABILITY))
		return COLOR_CAPABILITY;
	if (mode & (S_IXUSR | S_IXGRP | S_IXOTH) && color_set(c, COLOR_EXEC))
		return COLOR_EXEC;
	if (links > 1 && color_set(c, COLOR_HARD_LINKS))
		return COLOR_HARD_LINKS;
	return COLOR_FILE;
}
