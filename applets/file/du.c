/* du - sum up the space that files and directories take
 *
 * usage: du [OPTION]... [FILE]...
 * usage: du [OPTION]... --files0-from=F
 *
 *   -0, --null                end lines with NUL, not newline
 *   -a, --all                 print all files, not only directories
 *       --apparent-size       print the sizes of the contents, not of what they take
 *       --block-size=SIZE     count in SIZE bytes, as M or 512; K if not given
 *   -B SIZE                   the same
 *   -b, --bytes               --apparent-size --block-size=1
 *   -c, --total               print the sum of all
 *   -D, --dereference-args    follow symbolic links among the FILEs
 *   -d, --max-depth=N         print only what is at most N levels below a FILE
 *       --files0-from=F       read the names of the files, each ended by NUL, from F; - is standard input
 *   -H                        --dereference-args
 *   -h, --human-readable      sizes as 1K 234M 2G
 *       --inodes              count files, not their sizes
 *   -k                        --block-size=1K
 *   -L, --dereference         follow all symbolic links
 *   -l, --count-links         count a file with several names each time
 *   -m                        --block-size=1M
 *   -P, --no-dereference      follow no symbolic links, as without this
 *   -S, --separate-dirs       leave subdirectories out of the sizes of directories
 *       --si                  as -h, in powers of 1000
 *   -s, --summarize           print only the FILEs
 *       --threshold=SIZE      print nothing smaller than SIZE or, if it is negative, nothing greater
 *   -t SIZE                   the same
 *       --time[=WORD]         print the last time of a change, or with atime, access, use of reading, with ctime,
 *                             status of a change of status, in each directory and what is below
 *       --time-style=STYLE    print times as full-iso, long-iso, iso or +FORMAT (as of date)
 *       --exclude-from=FILE...  leave out what matches any pattern in FILE
 *   -X FILE...                the same
 *       --exclude=PATTERN...  leave out what matches PATTERN
 *   -x, --one-file-system     leave out other file systems
 *
 * Without FILE it is the current directory. The units are those of --block-size, DU_BLOCK_SIZE, BLOCK_SIZE or
 * BLOCKSIZE.
 *
 * install: /usr/bin
 * follows: POSIX.1-2024 du; GNU coreutils manual, "du invocation"
 */
#include <dirent.h>
#include "libbb.h"
#include "files0.h"
#include "glob.h"
#include "strmap.h"
#include "timefmt.h"
#include "walk.h"
#include "du.gen.h"

/* What is summed up. */
struct usage {
	uintmax_t size, inodes;
	struct timespec time; /* the latest */
};

/* Which time is shown. */
enum which_time { MODIFIED, ACCESSED, CHANGED };

/* A directory being walked. */
struct directory {
	struct usage own, all; /* with what is in it but subdirectories, and with those */
	bool left_out;
};

struct du {
	struct size_format format;
	bool apparent, all, inodes, separate, count_links, null;
	bool times;
	enum which_time which_time;
	const char *time_format;
	struct time_zone zone;
	size_t max_depth;
	bool limited; /* by `threshold` */
	intmax_t threshold;
	char **excluded; /* patterns, NULL-terminated */
	bool know_all;   /* not only files with several names may come again */
	struct strmap seen;
	struct directory *levels; /* those being walked */
	size_t levels_size;
	bool one_file_system;
	dev_t device; /* of the FILE being walked */
	struct usage total;
	int status;
};

static void add(struct usage *to, const struct usage *u)
{
	to->size = to->size + u->size < u->size ? UINTMAX_MAX : to->size + u->size;
	to->inodes += u->inodes;
	if (u->time.tv_sec > to->time.tv_sec ||
	    (u->time.tv_sec == to->time.tv_sec && u->time.tv_nsec > to->time.tv_nsec))
		to->time = u->time;
}

static struct usage usage_of(const struct du *du, const struct stat *st)
{
	return (struct usage){
		.size = du->apparent ? (uintmax_t)(st->st_size > 0 ? st->st_size : 0)
				     : (uintmax_t)st->st_blocks * 512,
		.inodes = 1,
		.time = du->which_time == ACCESSED  ? st->st_atim
			: du->which_time == CHANGED ? st->st_ctim
						    : st->st_mtim,
	};
}

static void print(struct du *du, const struct usage *u, const char *name)
{
	uintmax_t n = du->inodes ? u->inodes : u->size;
	char number[HUMAN_SIZE];

	if (du->limited && (du->threshold < 0 ? n > (uintmax_t)-du->threshold : n < (uintmax_t)du->threshold))
		return;
	if (du->inodes)
		out_str(du->format.flags & SIZE_AUTO ? human_size(n, 1, &du->format, number)
						     : num_to_str(n, number));
	else
		out_str(human_size(n, 1, &du->format, number));
	out_char('\t');
	if (du->times) {
		struct arena_mark mark = arena_mark();
		struct buf text = { 0 };
		struct tm tm;

		if (time_split(&du->zone, u->time.tv_sec, &tm)) {
			time_format(&text, du->time_format, &tm, &u->time);
			out_mem(text.data ? text.data : "", text.len);
		} else {
			out_fmt("%jd", (intmax_t)u->time.tv_sec);
		}
		out_char('\t');
		arena_release(mark);
	}
	out_str(name);
	out_char(du->null ? 0 : '\n');
}

/* Whether a pattern matches the path, or what of it follows any slash. */
static bool is_excluded(const struct du *du, const char *path)
{
	for (char **pattern = du->excluded; *pattern; pattern++)
		for (const char *p = path; p; p = strchr(p, '/'), p += p != NULL)
			if (glob_match(*pattern, p, 0))
				return true;
	return false;
}

/* Whether the file was counted before; remembers it. */
static bool counted_before(struct du *du, const struct stat *st)
{
	const struct {
		dev_t dev;
		ino_t ino;
	} key = { st->st_dev, st->st_ino };

	if (du->count_links || (!du->know_all && (S_ISDIR(st->st_mode) || st->st_nlink < 2)))
		return false;
	if (strmap_get(&du->seen, &key, sizeof(key)))
		return true;
	strmap_set(&du->seen, &key, sizeof(key), "");
	return false;
}

/* The directory being walked at a level. */
static struct directory *at_level(struct du *du, size_t level)
{
	du->levels = arena_reserve(du->levels, level + 1, &du->levels_size, sizeof(*du->levels));
	return &du->levels[level];
}

static void fail(struct du *du, const char *what, const char *path, int code)
{
	warn_code(code, "%s %s", what, quote_file(path));
	du->status = 1;
}

/* Counts a file or directory, when the walk comes to it. Returns whether it counts. */
static bool count(struct du *du, struct walk *w, const struct walk_entry *e, struct usage *u)
{
	const struct stat *st;

	if (*du->excluded && is_excluded(du, e->path))
		return false;
	st = walk_stat(w);
	if (!st) {
		fail(du, "cannot access", e->path, errno);
		return false;
	}
	if (e->level == 0)
		du->device = st->st_dev;
	if ((du->one_file_system && st->st_dev != du->device) || counted_before(du, st))
		return false;
	*u = usage_of(du, st);
	add(&du->total, u);
	return true;
}

static void visit_file(struct du *du, struct walk *w, const struct walk_entry *e)
{
	struct usage u;

	if (!count(du, w, e, &u))
		return;
	if (e->level > 0) {
		add(&at_level(du, e->level - 1)->own, &u);
		add(&at_level(du, e->level - 1)->all, &u);
	}
	if (e->level == 0 || (du->all && e->level <= du->max_depth))
		print(du, &u, e->path);
}

static void begin_directory(struct du *du, struct walk *w, const struct walk_entry *e)
{
	struct directory *d = at_level(du, e->level);
	struct usage u;

	*d = (struct directory){ .left_out = !count(du, w, e, &u) };
	if (d->left_out)
		walk_skip(w);
	else
		d->own = d->all = u;
}

static void end_directory(struct du *du, const struct walk_entry *e)
{
	struct directory *d = at_level(du, e->level);

	if (d->left_out)
		return;
	if (e->level > 0)
		add(&at_level(du, e->level - 1)->all, &d->all);
	if (e->level <= du->max_depth)
		print(du, du->separate ? &d->own : &d->all, e->path);
}

static void visit(struct du *du, struct walk *w, const struct walk_entry *e)
{
	switch (e->kind) {
	case WALK_FILE:
		visit_file(du, w, e);
		break;
	case WALK_DIR:
		begin_directory(du, w, e);
		break;
	case WALK_DIR_END:
		end_directory(du, e);
		break;
	case WALK_ERROR:
		fail(du, e->type == DT_DIR ? "cannot read directory" : "cannot access", e->path, e->error);
		break;
	case WALK_LOOP:
		at_level(du, e->level)->left_out = true;
		break;
	}
}

static void visit_all(struct du *du, char *file, unsigned flags)
{
	char *roots[] = { file, NULL };
	const struct walk_entry *e;
	struct walk w;

	walk_open(&w, roots, flags);
	while ((e = walk_next(&w)))
		visit(du, &w, e);
}

/* Adds the lines of a file to the patterns. */
static void read_patterns(struct du *du, size_t *n, const char *file)
{
	int fd = open_input(file);
	size_t len;
	char *text, *save;

	if (fd < 0) {
		warn_errno("%s", quote_maybe(file));
		die_usage(NULL);
	}
	text = read_file(fd, &len);
	if (!text)
		die_errno("%s", quote_maybe(file));
	du->excluded = arena_grow(du->excluded, (*n + 1) * sizeof(char *),
				  (*n + mem_count(text, '\n', len) + 2) * sizeof(char *));
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		du->excluded[(*n)++] = line;
	close_file(fd);
}

static void set_patterns(struct du *du, const struct du_options *opt)
{
	size_t n = 0;

	du->excluded = arena_array(char *, opt->exclude.count + 1);
	for (; n < opt->exclude.count; n++)
		du->excluded[n] = arena_strdup(opt->exclude.items[n].value);
	for (size_t i = 0; i < opt->exclude_from.count; i++)
		read_patterns(du, &n, opt->exclude_from.items[i].value);
	for (size_t i = 0; i < opt->X.count; i++)
		read_patterns(du, &n, opt->X.items[i].value);
}

static unsigned latest(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

/* Sets the units; the last option that is about them counts. */
static void set_units(struct du *du, const struct du_options *opt)
{
	unsigned sized = latest(opt->block_size_at, opt->B_at);
	unsigned last = latest(latest(latest(opt->human_readable, opt->si), latest(opt->k, opt->m)),
			       latest(sized, opt->bytes));
	const char *size = opt->B_at > opt->block_size_at ? opt->B : opt->block_size;
	enum num_error error;

	block_size_default("DU_BLOCK_SIZE", &du->format);
	if (size && (error = block_size_parse(size, &du->format)) != NUM_OK)
		die_option_number(error, opt->B_at > opt->block_size_at ? "-B" : "--block-size", size);
	if (last == 0 || last == sized)
		return;
	if (last == opt->human_readable)
		du->format = size_human;
	else if (last == opt->si)
		du->format = size_si;
	else
		du->format = (struct size_format){ .unit = last == opt->k   ? 1024
							   : last == opt->m ? 1048576
									    : 1 };
}

static void set_times(struct du *du, const struct du_options *opt)
{
	static const char *const words[] = { "atime", "access", "use", "ctime", "status", NULL };
	static const int kinds[] = { ACCESSED, ACCESSED, ACCESSED, CHANGED, CHANGED };
	static const char *const styles[] = { "full-iso", "long-iso", "iso", NULL };
	static const char *const formats[] = { "%Y-%m-%d %H:%M:%S.%N %z", "%Y-%m-%d %H:%M", "%Y-%m-%d" };
	const char *style = opt->time_style;

	du->times = opt->time_at;
	if (opt->time)
		du->which_time = (enum which_time)choose(words, kinds, opt->time, "--time");
	if (!du->times)
		return;
	if (!style) {
		style = getenv("TIME_STYLE");
		if (style && strncmp(style, "posix-", 6) == 0)
			style += 6;
		if (!style || strcmp(style, "locale") == 0)
			style = "long-iso";
		else if (*style == '+')
			style = arena_memdup(style, strcspn(style, "\n"));
	}
	du->time_format = *style == '+' ? style + 1 : formats[choose(styles, NULL, style, "time style")];
}

static void set_depth(struct du *du, const struct du_options *opt)
{
	du->max_depth = SIZE_MAX;
	if (opt->max_depth) {
		uintmax_t n;

		if (parse_uint(opt->max_depth, NULL, &n) != NUM_OK)
			die_usage("invalid maximum depth %s", quote(opt->max_depth));
		du->max_depth = (size_t)n;
	}
	if (opt->summarize && opt->all)
		die_usage("cannot both summarize and show all entries");
	if (opt->summarize && opt->max_depth && du->max_depth == 0)
		warn("warning: summarizing is the same as using --max-depth=0");
	if (opt->summarize && opt->max_depth && du->max_depth > 0)
		die_usage("warning: summarizing conflicts with --max-depth=%zu", du->max_depth);
	if (opt->summarize)
		du->max_depth = 0;
}

static void set_threshold(struct du *du, const struct du_options *opt)
{
	bool is_short = opt->t_at > opt->threshold_at;
	const char *size = is_short ? opt->t : opt->threshold;
	enum num_error error;

	if (!size)
		return;
	error = parse_int(size, "kKmMGTPEZYRQ0", &du->threshold);
	if (error == NUM_OK && du->threshold == 0 && *size == '-')
		die_option_number(NUM_INVALID, "--threshold", size);
	if (error != NUM_OK)
		die_option_number(error, is_short ? "-t" : "--threshold", size);
	du->limited = true;
}

static unsigned follow_flags(const struct du_options *opt)
{
	unsigned roots = latest(opt->dereference_args, opt->H);

	if (opt->dereference > roots && opt->dereference > opt->no_dereference)
		return WALK_FOLLOW;
	return roots > opt->no_dereference ? WALK_FOLLOW_ROOTS : 0;
}

int du_main(struct du_options *opt, char **argv)
{
	char dot[] = ".", *here[] = { dot, NULL }, **files = *argv ? argv : here;
	struct du du = {
		.apparent = opt->apparent_size || opt->bytes,
		.all = opt->all,
		.inodes = opt->inodes,
		.separate = opt->separate_dirs,
		.count_links = opt->count_links,
		.null = opt->null,
		.one_file_system = opt->one_file_system,
	};

	set_times(&du, opt);
	set_units(&du, opt);
	set_threshold(&du, opt);
	set_depth(&du, opt);
	set_patterns(&du, opt);
	if (du.inodes && du.apparent)
		warn("warning: options --apparent-size and -b are ineffective with --inodes");
	if (opt->files0_from)
		files = files0_read(opt->files0_from, argv);
	du.know_all = (*files && files[1]) || follow_flags(opt) == WALK_FOLLOW;
	for (size_t i = 0; files[i]; i++)
		if (files0_usable(files[i], opt->files0_from, i + 1))
			visit_all(&du, files[i], follow_flags(opt));
		else
			du.status = 1;
	if (opt->total)
		print(&du, &du.total, "total");
	return du.status;
}
