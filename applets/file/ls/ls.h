/* ls.h - what the files of ls share */
#ifndef LS_H
#define LS_H

#include "libbb.h"
#include "color.h"
#include "timefmt.h"
#include "walk.h"

enum format { FORMAT_LONG, FORMAT_ONE, FORMAT_DOWN, FORMAT_ACROSS, FORMAT_COMMAS };
enum sort_key { SORT_NAME, SORT_NONE, SORT_TIME, SORT_SIZE, SORT_EXTENSION, SORT_VERSION, SORT_WIDTH };
enum time_kind { TIME_MODIFIED, TIME_CHANGED, TIME_ACCESSED, TIME_BORN };
enum indicators { INDICATE_NOTHING, INDICATE_SLASH, INDICATE_TYPE, INDICATE_ALL };
enum follow { FOLLOW_NEVER, FOLLOW_DIR_ARGUMENTS, FOLLOW_ARGUMENTS, FOLLOW_ALWAYS };
enum hidden { HIDE_DOTTED, HIDE_IMPLIED, HIDE_NOTHING };

/* What is known of a file when more than its name and type are asked for. */
struct info {
	struct stat st;
	struct timespec time; /* the one that is shown and sorted by */
	const char *context;  /* of SELinux */
	char access;          /* behind the permissions: '+', '.' or ' ' */
	bool capable;
};

/* A file to be listed. */
struct entry {
	const char *name;
	const char *target; /* of a symbolic link, or NULL */
	struct info *info;  /* NULL: not asked for, or not to be had */
	ino_t inode;
	mode_t mode;        /* its type at least; 0 is none known */
	mode_t target_mode; /* 0: the link leads nowhere, or nobody asked */
	unsigned len;       /* of name */
	unsigned width;     /* 1 plus the columns that the name takes, once it was asked for */
	bool quoted;        /* the name is shown with quotes (found out only if align_quotes) */
	bool listed;        /* a directory among the arguments whose contents are to be listed */
	bool failed;        /* info was wanted but was not to be had */
};

/* Columns of the parts of a line. */
struct widths {
	int inode, blocks, links, owner, group, author, context, size, major, minor;
};

/* A file name as it is shown. */
struct shown {
	const char *text;
	size_t len;
};

struct ls {
	enum format format;
	enum sort_key sort;
	bool reverse, directories_first;
	enum time_kind time;
	enum follow follow;
	enum hidden hidden;
	enum indicators indicators;
	enum quoting_style quoting;
	bool all_info, types_needed, links_checked; /* what must be known of each file */
	bool recursive, directories_as_files;
	bool show_inode, show_blocks, show_context, show_owner, show_group, show_author, numeric_ids;
	bool questions;    /* ? for what cannot be printed */
	bool align_quotes; /* names without quotes are moved by one where others have them */
	bool hyperlinks, dired, utf8;
	char end_of_line;
	size_t line_length, tab_size; /* 0: no limit; no tabs */
	struct size_format block_format, size_format;
	const char *name_extra;                  /* characters to be quoted in names */
	const char *time_formats[2];             /* of old and recent times */
	const char **ignored, **hidden_patterns; /* NULL-terminated */
	struct colors *colors;                   /* NULL: none */
	bool color_begun;

	int status;
	bool headings;      /* each directory's name comes before its contents */
	bool listed_before; /* a blank line goes before the next directory */
	bool stream;        /* files are shown as they are found */

	struct entry *entries; /* of the directory at hand */
	size_t found, room;
	struct entry **sorted; /* those to be shown, in order */
	size_t count;
	uintmax_t blocks; /* total, of 512 bytes */
	bool some_quoted, some_access;
	struct widths width;
	int dir;              /* open, for the names in entries */
	const char *dir_path; /* NULL: they are arguments */

	struct buf out;                /* the line that is being made */
	uintmax_t written;             /* bytes before it */
	struct buf names, directories; /* --dired: where in the output they are */
	struct users users;
	struct time_zone zone;
	struct timespec now;
	struct buf time_text;
	const char *time_cached; /* the format that made time_text of cached_second, or NULL */
	time_t cached_second;
	int time_width;   /* of a time that is not known; 0 until it is needed */
	const char *host; /* for hyperlinks */
};

/* read.c */
void ls_failed(struct ls *ls, bool argument, const char *what, const char *path);
char *path_of(const char *dir, const char *name);
void read_arguments(struct ls *ls, char **names);
int open_directory(const char *path);
void read_directory(struct ls *ls, int fd, const char *path, bool argument);

/* sort.c */
void sort_entries(struct ls *ls);

/* name.c */
struct shown shown_name(const struct ls *ls, const char *name, size_t len, const char *extra);
bool is_quoted(const struct ls *ls, const char *name, size_t len);
size_t name_width(const struct ls *ls, struct entry *e);
void put_name(struct ls *ls, const struct entry *e, size_t column);
void put_target(struct ls *ls, const struct entry *e, size_t column);
void put_heading(struct ls *ls, const char *path);
char indicator_of(const struct ls *ls, mode_t mode);
void put_normal_color(struct ls *ls);
void end_colors(struct ls *ls);

/* show.c */
void show_entries(struct ls *ls);
void show_total(struct ls *ls);
void show_dired(struct ls *ls);
void flush_line(struct ls *ls);
void put_padded(struct buf *b, const char *s, int width);
void put_number(struct buf *b, uintmax_t n, int width);
void put_inode(struct ls *ls, const struct entry *e);
void put_blocks(struct ls *ls, const struct entry *e);

/* long.c */
void measure_long(struct ls *ls);
size_t put_long(struct ls *ls, struct entry *e);

#endif
