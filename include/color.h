/* color.h - the colors of file names: LS_COLORS
 *
 * Follows the GNU coreutils manual, "dircolors invocation", dir_colors(5), and the behaviour of ls 9.1.
 */
#ifndef COLOR_H
#define COLOR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

/* What a color is for, in the order of color_names. */
enum color_kind {
	COLOR_LEFT,  /* lc: begins a color sequence */
	COLOR_RIGHT, /* rc: ends it */
	COLOR_END,   /* ec: ends the colored text; if not set, lc rs rc do */
	COLOR_RESET,
	COLOR_NORMAL, /* no: text that is no file name */
	COLOR_FILE,
	COLOR_DIR,
	COLOR_LINK,
	COLOR_FIFO,
	COLOR_SOCKET,
	COLOR_BLOCK,
	COLOR_CHAR,
	COLOR_MISSING, /* mi: the name in a link that leads nowhere */
	COLOR_ORPHAN,  /* or: the link */
	COLOR_EXEC,
	COLOR_DOOR,
	COLOR_SETUID,
	COLOR_SETGID,
	COLOR_STICKY,
	COLOR_OTHER_WRITABLE,
	COLOR_STICKY_OTHER_WRITABLE,
	COLOR_CAPABILITY,
	COLOR_HARD_LINKS,   /* mh: a file of several names */
	COLOR_CLEAR_TO_END, /* cl: after colored text that went over the end of the line */
	COLOR_KINDS,
};

/* The two letters of each kind, one after the other, with a NUL at the end. */
extern const char color_names[2 * COLOR_KINDS + 1];

/* The terminals that are known to have colors: patterns for TERM, NULL-terminated. */
extern const char *const color_terminals[];

struct color {
	const char *text; /* NULL: not set */
	size_t len;
};

struct color_suffix;

struct colors {
	struct color kinds[COLOR_KINDS];
	struct color_suffix *suffixes[32]; /* by their last characters */
	bool link_as_target;               /* ln=target: a link is colored as the file it leads to */
};

/* Sets up the colors that ls has without LS_COLORS, then what `spec` says: kind=color and *suffix=color, separated by colons.
 * Returns false after a warning if `spec` (LS_COLORS) is malformed; nothing should be colored then. Memory is the arena's. */
bool colors_read(struct colors *c, const char *spec);

/* The same from the environment. Returns false too if LS_COLORS is not set and TERM is no terminal known to have colors. */
bool colors_open(struct colors *c);

/* Whether the kind changes anything: it is set, not empty and not 0 or 00. */
bool color_set(const struct colors *c, enum color_kind kind);

/* Returns the color of the suffix that the name ends in (the one given last if there are several), or NULL. */
const struct color *color_of_suffix(const struct colors *c, const char *name, size_t len);

/* Returns the kind of a file of that mode and number of hard links (0 if not known). `capable` says whether a regular file has
 * capabilities. COLOR_FILE leaves it to the suffix. */
enum color_kind color_of_mode(const struct colors *c, mode_t mode, nlink_t links, bool capable);

#endif
