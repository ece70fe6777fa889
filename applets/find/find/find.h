/* find.h - what the files of find share */
#ifndef FIND_H
#define FIND_H

#include "libbb.h"
#include "launch.h"
#include "mode.h"
#include "regex.h"
#include "timefmt.h"
#include "users.h"
#include "walk.h"

/* What an expression is made of. The tests are in the order of their cost. */
enum find_kind {
	FIND_OPEN, /* ( ) and operators, as they are read */
	FIND_CLOSE,
	FIND_NOT,
	FIND_AND,
	FIND_OR,
	FIND_LIST,
	FIND_TRUE,
	FIND_FALSE,
	FIND_NAME, /* tests of the name */
	FIND_PATH,
	FIND_REGEX,
	FIND_TYPE, /* of what the directory tells */
	FIND_TIME, /* of the status */
	FIND_NEWER,
	FIND_USED,
	FIND_GID,
	FIND_UID,
	FIND_INUM,
	FIND_LINKS,
	FIND_SIZE,
	FIND_PERM,
	FIND_SAMEFILE,
	FIND_FSTYPE,
	FIND_NOUSER,
	FIND_NOGROUP,
	FIND_XTYPE, /* of what takes more system calls */
	FIND_LNAME,
	FIND_ACCESS,
	FIND_EMPTY,
	FIND_PRUNE, /* actions */
	FIND_QUIT,
	FIND_DELETE,
	FIND_PRINT,
	FIND_PRINT0,
	FIND_PRINTF,
	FIND_LS,
	FIND_EXEC,
};

/* A number with a sign: less than n, n, more than n. */
struct find_number {
	char sign; /* - + or 0 */
	uintmax_t n;
};

struct find_glob {
	const char *pattern; /* NULL: nothing can match */
	unsigned flags;      /* of glob_match() */
};

/* Where output goes. */
struct find_sink {
	const char *name;
	struct writer *out;
	bool terminal; /* names are shown so that they do it no harm */
	struct writer own;
	struct find_sink *next;
};

struct find_part;
struct find_outer;

/* -exec and its like. */
struct find_exec {
	const char *option;
	char **words;
	size_t count;
	bool ask, in_dir, gather;
	struct program program;
	char **argv; /* of the command; gathered: the words, then the names */
	size_t argc;
	char *text; /* the names that are gathered, with `room` for them */
	size_t text_len, room;
	char *dir_path; /* gathered for -execdir: the directory they are in */
	size_t dir_len;
	int dir;
	struct find_node *next; /* of those that gather */
};

struct find_node {
	enum find_kind kind;
	const char *text; /* as it was written */
	struct find_node *left, *right;
	union {
		struct find_number number; /* of ids, links, inodes */
		struct find_glob glob;
		struct regex *re;
		unsigned types; /* a bit for each DT_ */
		struct {
			char which, sign; /* a B c m; - + or 0 */
			struct timespec low, high;
		} time;
		struct {
			char sign;
			double low, high; /* seconds */
		} used;
		struct {
			struct find_number n;
			uintmax_t unit;
		} size;
		struct {
			char how; /* - / or 0 */
			mode_t file, dir;
		} perm;
		struct {
			dev_t dev;
			ino_t ino;
		} same;
		const char *fstype;
		int access; /* R_OK ... */
		struct {
			struct find_sink *sink;
			struct find_part *parts;
		} print;
		struct find_exec *exec;
	};
};

/* The widths of the columns of -ls, which grow. */
struct find_widths {
	int inode, blocks, links, user, group, size;
};

struct find {
	struct find_node *root; /* NULL: true */
	bool follow, follow_roots, depth, one_fs, ignore_race;
	bool posix, utf8;
	uintmax_t min_depth, max_depth;
	struct find_sink *sinks;
	struct find_sink *standard;
	struct find_node *gathering; /* -exec ... + */
	struct timespec now, origin; /* origin: where ages are counted from */
	struct users users;
	struct time_zone zone;
	struct find_widths widths;
	struct mount *mounts; /* NULL until they are asked for */
	size_t mounts_count;
	size_t limit; /* bytes of a command of -exec ... + */
	int null;     /* /dev/null */

	struct walk walk;
	struct find_outer *outer; /* the directories around the file, by level; only with -L */
	size_t outer_size;
	const struct walk_entry *e; /* the file that is looked at */
	const char *root_path;
	bool gone; /* its status could not be read, so nothing is true of it */
	bool quit;
	int status;
};

/* parse.c: reads the options, the starting points, which it returns NULL-terminated, and the expression. */
char **find_parse(struct find *f, char **argv);

/* regex.c */
struct regex *find_regex_compile(struct find *f, const char *pattern, size_t type, bool icase);
extern const char *const find_regex_types[];

/* eval.c */
bool find_eval(struct find *f, const struct find_node *n);
/* The status of the file; NULL, after a message, if it cannot be read. */
const struct stat *find_stat(struct find *f);
/* Reports an error about the file; one that only says that it has gone may be ignored. */
void find_trouble(struct find *f, int code);
/* Its time `which`; false if it is not known. */
bool find_time(struct find *f, char which, struct timespec *ts);
unsigned find_type_beyond(struct find *f, int *error);
/* The kind of file system; the table is read when it is first asked for. */
const char *find_fstype(struct find *f, dev_t dev);
int find_follow_flag(const struct find *f);

/* print.c */
struct find_sink *find_sink_open(struct find *f, const char *name);
struct find_part *find_format_compile(struct find *f, const char *format);
void find_print(struct find *f, const struct find_node *n);
void find_ls(struct find *f, struct find_sink *sink);
void find_printf(struct find *f, struct find_sink *sink, const struct find_part *parts);
void find_sinks_close(struct find *f);

/* exec.c */
bool find_exec(struct find *f, struct find_exec *x);
/* Runs what was gathered in another directory than that of the file (NULL: in any). */
void find_exec_flush(struct find *f, bool all);

#endif
