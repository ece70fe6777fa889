/* tree.h - what the parts of tree share */
#ifndef TREE_H
#define TREE_H

#include "libbb.h"
#include "color.h"
#include "path.h"
#include "strmap.h"
#include "timefmt.h"
#include "tree.gen.h"

/* A file, with what is below it if it is a directory that was read. */
struct tree_node {
	char *name;
	char *target;        /* of a symbolic link, or NULL */
	const char *error;   /* why its contents are not shown, or NULL */
	const char *comment; /* of an .info file, or NULL */
	struct stat st;
	mode_t target_mode; /* of what a link leads to; 0: nothing */
	dev_t target_dev;
	ino_t target_ino;
	bool missing;   /* it could not be looked at */
	bool directory; /* also a link to one */
	bool read;      /* its contents were looked at */
	struct tree_node **children;
	size_t count, size;
};

/* A line of a .gitignore or .info file, or an alternative of -P or -I. */
struct tree_rule {
	const char *pattern;
	const char *comment; /* .info: what to say of a file that matches */
	bool negated, only_directories, anchored;
};

/* The rules of the directory with the path `base`, of `base_len` bytes, and of those around it. */
struct tree_rules {
	const struct tree_rules *outer;
	const char *base;
	struct tree_rule *rules;
	size_t count, size;
};

enum tree_key { TREE_BY_NAME, TREE_BY_VERSION, TREE_BY_SIZE, TREE_BY_MTIME, TREE_BY_CTIME };

enum tree_format { TREE_TEXT, TREE_JSON, TREE_XML, TREE_HTML };

/* How lines are drawn. */
struct tree_lines {
	const char *begin, *end, *vertical, *branch, *last, *blank;
};

struct tree_job {
	const struct tree_options *opt;
	enum tree_format format;
	enum tree_key key;
	bool utf8, colored, human, sizes, times;
	uintmax_t level, limit;
	const char *href;
	struct tree_lines lines;
	struct colors colors;
	struct users users;
	struct time_zone zone;
	time_t now;
	struct buf indent;
	uintmax_t directories, files, used;
	struct strmap seen; /* directories, by device and inode */
	int status;
};

/* Reads the tree below a directory; `path` is its name. */
void tree_read(struct tree_job *job, struct tree_node *node, const char *path, uintmax_t depth, dev_t device,
	       const struct tree_rules *ignore, const struct tree_rules *infos);

/* Makes a node of a name. */
struct tree_node *tree_stat(const char *path, const char *name);

/* What the options want files to be sorted by. */
enum tree_key tree_sort_key(const struct tree_options *opt);

/* Sorts, prunes and sums up what was read. */
void tree_sort(const struct tree_job *job, struct tree_node *node);
bool tree_prune(const struct tree_job *job, struct tree_node *node);
off_t tree_sum(struct tree_node *node);

/* Reads the paths in a file, `-` or `.` for standard input, as a tree. */
struct tree_node *tree_from_file(struct tree_job *job, const char *name);

void tree_add_child(struct tree_node *node, struct tree_node *child);

/* Patterns: whether a name, or the path below the directory of a rule, matches one. */
bool tree_match(const struct tree_job *job, const char *pattern, const char *path);
bool tree_listed(const struct option_list *patterns, const struct tree_job *job,
		 const struct tree_node *node);
struct tree_rules *tree_read_rules(const char *file, const char *base, const struct tree_rules *outer,
				   bool infos);
bool tree_ignored(const struct tree_job *job, const struct tree_rules *rules, const char *path,
		  bool directory);
const char *tree_comment(const struct tree_job *job, const struct tree_rules *rules, const char *path);

/* Writes everything: the beginning, a root and what is below, the end. */
void tree_begin(struct tree_job *job);
void tree_put_root(struct tree_job *job, const struct tree_node *root, bool last);
void tree_end(struct tree_job *job);

#endif
