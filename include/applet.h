/* applet.h - the contract between an applet, its declaration and the runner
 *
 * The comment block at the top of an applet's file is read by scripts/applet.awk, which makes from it the
 * typed options struct in NAME.gen.h, the entry in the table of applets, the help text and the manual page.
 * An applet itself includes only libbb.h and its own NAME.gen.h.
 */
#ifndef APPLET_H
#define APPLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How an option takes its argument, and what its field in the options struct is.
 * Every field tells the position of the option's last occurrence on the command line, counted from 1,
 * and 0 when it was not given; so `if (opt->all)` asks whether, and `opt->c > opt->l` which came last. */
enum option_kind {
	OPTION_FLAG,  /* `unsigned x` */
	OPTION_VALUE, /* `const char *x; unsigned x_at`, the argument is required; x is NULL when not given */
	OPTION_OPTIONAL,      /* the same, but x is also NULL when the option came without an argument */
	OPTION_LIST,          /* `struct option_list x`: every occurrence, in order */
	OPTION_LIST_OPTIONAL, /* the same for an option whose argument is optional */
	OPTION_NUMBER, /* -NUM: as OPTION_VALUE, the digits of `-12`, or of `-1 -2`, gathered in one string */
};

/* A name, or a short and a long one, of an option. The long names stand apart, in the applet's `long_names`, in the same order. */
struct option_spec {
	uint8_t kind;    /* enum option_kind */
	char letter;     /* the short name, or 0 */
	uint16_t offset; /* of the field in the options struct */
};

/* An argument of a repeatable option and where on the command line it stood. */
struct option_item {
	const char *value; /* NULL when the argument is optional and was left out */
	unsigned at;
};

struct option_list {
	struct option_item *items;
	size_t count;
};

/* How the runner treats the command line of an applet: the words of its `options:` line. */
enum applet_flags {
	APPLET_RAW = 1,        /* raw: argv as it came; --help and --version only as the sole argument */
	APPLET_STOP = 2,       /* stop: options end at the first operand */
	APPLET_NUMBERS = 4,    /* numbers: an argument like -5 or -.5 is an operand */
	APPLET_NO_HELP = 8,    /* no-help: not even a sole --help is special */
	APPLET_PURE = 16,      /* pure: may run inside the shell without a fork (see design.md) */
	APPLET_MANUAL = 32,    /* manual: main gets argv and calls parse_options() itself */
	APPLET_DIFFUTILS = 64, /* diffutils: the line that names --help begins with the applet's name */
};

typedef int applet_main(void *options, char **argv);

struct applet {
	const char *name;
	applet_main *main;
	const struct option_spec *options;
	const char *
		long_names; /* a NUL-terminated name for each option, "" for none, then --help's and --version's */
	const char *directory; /* where it is installed: "bin", "usr/sbin" ... */
	uint16_t options_size; /* of the options struct, bytes */
	uint16_t options_count;
	uint16_t help;   /* which of the packed help texts is its own */
	uint8_t flags;   /* enum applet_flags */
	uint8_t trouble; /* exit status of a usage error and of die() */
};

/* The table of the applets in this binary, sorted by name in byte order; generated. */
extern const struct applet applets[];
extern const size_t applets_count;

/* The help texts of all applets, packed by scripts/pack.c (see libbb/unpack.c); generated. */
extern const unsigned char packed_help[];
extern const size_t packed_help_size;

/* Returns the applet called `name`, or NULL. */
const struct applet *find_applet(const char *name);

/* Reads the command line `argv` (without the name) by the table of `a`: fills `options` (zeroed by the
 * caller), and returns the operands, NULL-terminated, in the arena. Semantics are those of getopt_long(3):
 * permutation unless POSIXLY_CORRECT is set or the applet asks to stop, abbreviations, clusters, `--`.
 * --help and --version are answered here and do not return; errors end in die_usage()'s way. */
char **parse_options(const struct applet *a, void *options, char **argv);

/* Writes the help of `a`, beginning with `Usage: NAME`, to standard output. */
void print_help(const struct applet *a);

/* Writes the running applet's name and box's version. */
void print_version(void);

/* For applets with letters for them: writes what was asked for. Returns whether any was. */
bool print_asked(bool help, bool version);

#endif
