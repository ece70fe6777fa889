/* diff3 - compare three files line by line
 *
 * usage: diff3 [OPTION]... MYFILE OLDFILE YOURFILE
 *
 *   -A, --show-all              all changes, with conflicts in brackets
 *   -e, --ed                    an ed script that brings the changes from OLDFILE to YOURFILE into MYFILE
 *   -E, --show-overlap          the same, with conflicts in brackets
 *   -3, --easy-only             the same, only changes that do not overlap
 *   -x, --overlap-only          the same, only overlapping changes
 *   -X                          like -x
 *   -i                          add `w' and `q' to ed scripts
 *   -m, --merge                 the merged file itself, as -A says if nothing else does
 *   -a, --text                  all files are text
 *       --strip-trailing-cr     without carriage returns at line ends
 *   -T, --initial-tab           make tabs line up by a tab before each line
 *       --diff-program=PROGRAM  use PROGRAM to compare files
 *   -L, --label=LABEL...        use LABEL instead of a file name (up to three times)
 *
 * A FILE that is - is standard input. Exit status: 0 if successful, 1 if there are conflicts, 2 for trouble.
 *
 * install: /usr/bin
 * options: diffutils
 * status: 2
 * hidden: -v
 * follows: GNU diffutils manual, "Invoking diff3"; the behaviour of diff3 3.8
 */
#include <sys/mman.h>
#include "libbb.h"
#include "linediff.h"
#include "subsidiary.h"
#include "outfail.h"
#include "diff3.gen.h"

enum { MINE, OLD, YOURS };

/* As many lines of a common beginning and end take part in the comparison. */
#define HORIZON 100

/* As many bytes are looked at to tell whether a file is text. */
#define LOOKED_AT 4096

struct file {
	const char *name, *label;
	char *text;
	size_t len, count;
	const char **lines; /* and the end */
	const char **whole; /* the same with their carriage returns */
};

/* A place where the files are not all the same: lines `from` up to `to` of each. */
struct block {
	size_t from[3], to[3];
	int odd; /* the file that differs from both others, or -1 */
};

struct job {
	const struct diff3_options *opt;
	struct file files[3];
	int common; /* the file that the two others were compared with */
	struct block *blocks;
	size_t count;
	bool conflicts;
};

/* Returns where the lines of a text begin, and its end; *count gets how many there are. */
static const char **split_lines(const char *p, size_t len, size_t *count)
{
	const char *end = p + len, **lines = arena_array(const char *, mem_count(p, '\n', len) + 2);
	size_t i = 0;

	for (; p < end; i++) {
		const char *newline = mem_chr(p, '\n', (size_t)(end - p));

		lines[i] = p;
		p = newline ? newline + 1 : end;
	}
	lines[i] = end;
	*count = i;
	return lines;
}

static void read_input(struct job *job, struct file *f)
{
	int fd = open_input(f->name);
	struct stat st;
	size_t len;
	char *text;

	if (fd < 0 || fstat(fd, &st) < 0)
		die_errno("%s", f->name);
	if (S_ISDIR(st.st_mode))
		die("%s: Is a directory", f->name);
	text = read_file(fd, &len);
	if (!text)
		die_errno("%s", f->name);
	close_file(fd);
	f->text = arena_alloc(len + LINEDIFF_PAD);
	for (size_t i = 0; i < len; i++)
		if (!job->opt->strip_trailing_cr || text[i] != '\r' || text[i + 1] != '\n')
			f->text[f->len++] = text[i];
	f->whole = split_lines(text, len, &f->count);
	f->lines = split_lines(f->text, f->len, &f->count);
}

static bool same_lines(const struct file *f, size_t from, size_t to, const struct file *g, size_t g_from,
		       size_t g_to)
{
	size_t len = (size_t)(f->lines[to] - f->lines[from]);

	return to - from == g_to - g_from && len == (size_t)(g->lines[g_to] - g->lines[g_from]) &&
	       memcmp(f->lines[from], g->lines[g_from], len) == 0;
}

static bool is_binary(const struct file *f)
{
	return mem_chr(f->text, 0, f->len < LOOKED_AT ? f->len : LOOKED_AT) != NULL;
}

/* The changes from the file `a` to `b`. */
struct changes {
	struct linediff_change *at;
	size_t count, size;
};

/* A file with the text of that of the two which is standard input, if one is; or -1. */
static int input_of(const struct job *job, int a, int b)
{
	const struct file *f = strcmp(job->files[a].name, "-") == 0 ? &job->files[a] : &job->files[b];
	int fd;

	if (strcmp(f->name, "-") != 0)
		return -1;
	fd = memfd_create("input", MFD_CLOEXEC);
	if (fd < 0 || write_all(fd, f->text, f->len) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		die_errno("standard input");
	return own_file(fd);
}

/* Reads `A,B` or `A` at *p. */
static size_t read_range(const char **p, size_t *count)
{
	char *end;
	size_t first = strtoul(*p, &end, 10), last = first;

	if (*end == ',')
		last = strtoul(end + 1, &end, 10);
	*p = end;
	*count = last - first + 1;
	return first - 1;
}

/* Reads the lines of a normal diff that tell where changes are. */
static void read_changes(const struct job *job, struct changes *c, const char *p, int a, int b)
{
	for (; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		struct linediff_change change;
		char command;

		if (*p < '0' || *p > '9')
			continue;
		change.at[0] = read_range(&p, &change.counts[0]);
		command = *p;
		if (!command || !strchr("acd", command))
			die("invalid diff format; invalid change separator");
		p++;
		change.at[1] = read_range(&p, &change.counts[1]);
		for (int s = 0; s < 2; s++)
			if (command == (s ? 'd' : 'a')) {
				change.at[s]++;
				change.counts[s] = 0;
			}
		if (change.at[0] + change.counts[0] > job->files[a].count ||
		    change.at[1] + change.counts[1] > job->files[b].count)
			die("invalid diff format; incorrect leading line chars");
		c->at = arena_reserve(c->at, c->count, &c->size, sizeof(change));
		c->at[c->count++] = change;
	}
}

/* Lets the program of --diff-program compare two files. */
static void run_program(const struct job *job, struct changes *c, int a, int b)
{
	const char *words[] = { job->opt->diff_program, "-a", "--", job->files[a].name, job->files[b].name };
	char *argv[6] = { NULL }, *text;
	size_t count = 0;
	int status, input = input_of(job, a, b);

	for (size_t i = 0; i < 5; i++)
		if (i != 1 || job->opt->text)
			argv[count++] = arena_strdup(words[i]);
	text = subsidiary_output(argv, input, &status);
	close_file(input);
	if (status > 1)
		die("subsidiary program '%s' failed (exit status %d)", job->opt->diff_program, status);
	read_changes(job, c, text, a, b);
}

static void compare(const struct job *job, struct changes *c, int a, int b)
{
	const struct file *f = &job->files[a], *g = &job->files[b];
	struct linediff_options o = { .horizon = HORIZON };
	struct linediff d = { .sides = { { .text = f->text, .len = f->len },
					 { .text = g->text, .len = g->len } } };

	if (job->opt->diff_program) {
		run_program(job, c, a, b);
		return;
	}
	if (!job->opt->text && (is_binary(f) || is_binary(g)) &&
	    !(f->len == g->len && memcmp(f->text, g->text, f->len) == 0))
		die("diff failed: Binary files %s and %s differ", f->name, g->name);
	linediff_compare(&d, &o);
	c->at = d.changes;
	c->count = d.count;
}

/* Says of a change that takes in the end of a file without a newline that a script cannot make that. */
static void warn_of_end(const struct file *f, size_t at, size_t count)
{
	if (count > 0 && at + count == f->count && f->text[f->len - 1] != '\n')
		warn("No newline at end of file");
}

/* Makes the change from one file to another that of the way back. */
static void turn_round(struct linediff_change *c)
{
	*c = (struct linediff_change){ { c->at[1], c->at[0] }, { c->counts[1], c->counts[0] } };
}

/* Puts the changes of two comparisons with the common file together where they meet. */
static void find_blocks(struct job *job, bool script)
{
	const int order[3] = { job->common, MINE, job->common == OLD ? YOURS : OLD };
	const struct file *f = job->files;
	struct changes c[2] = { { 0 }, { 0 } };
	struct linediff_block *found;

	for (int i = 1; i >= 0; i--) {
		compare(job, &c[i], order[i + 1], job->common);
		for (size_t n = 0; n < c[i].count; n++) {
			struct linediff_change *change = &c[i].at[n];

			turn_round(change);
			if (script) {
				warn_of_end(&f[order[i + 1]], change->at[1], change->counts[1]);
				warn_of_end(&f[job->common], change->at[0], change->counts[0]);
			}
		}
	}
	job->count = linediff_merge((const struct linediff_change *const[]){ c[0].at, c[1].at },
				    (const size_t[]){ c[0].count, c[1].count }, &found);
	job->blocks = arena_array(struct block, job->count);
	for (size_t n = 0; n < job->count; n++) {
		struct block *b = &job->blocks[n];

		for (int i = 0; i < 3; i++) {
			b->from[order[i]] = found[n].at[i];
			b->to[order[i]] = found[n].at[i] + found[n].counts[i];
		}
		b->odd = -1;
		if (!found[n].changed[1] || !found[n].changed[2])
			b->odd = order[found[n].changed[1] ? 1 : 2];
		else if (same_lines(&f[order[1]], b->from[order[1]], b->to[order[1]], &f[order[2]],
				    b->from[order[2]], b->to[order[2]]))
			b->odd = job->common;
	}
}

static void put_range(const struct block *b, int f)
{
	out_fmt("%d:", f + 1);
	if (b->from[f] == b->to[f])
		out_fmt("%zua\n", b->from[f]);
	else if (b->to[f] == b->from[f] + 1)
		out_fmt("%zuc\n", b->to[f]);
	else
		out_fmt("%zu,%zuc\n", b->from[f] + 1, b->to[f]);
}

static void print_blocks(struct job *job)
{
	for (size_t n = 0; n < job->count; n++) {
		const struct block *b = &job->blocks[n];
		int last = b->odd == YOURS ? OLD
					   : YOURS; /* of two that are the same it is this that is shown */
		const int order[3] = { MINE, b->odd == OLD ? YOURS : OLD, b->odd == OLD ? OLD : YOURS };

		out_str("====");
		if (b->odd >= 0)
			out_num((uintmax_t)b->odd + 1, 0);
		out_char('\n');
		for (int i = 0; i < 3; i++) {
			const struct file *file = &job->files[order[i]];

			put_range(b, order[i]);
			if (b->odd >= 0 && order[i] != b->odd && order[i] != last)
				continue;
			for (size_t l = b->from[order[i]]; l < b->to[order[i]]; l++) {
				size_t len = (size_t)(file->lines[l + 1] - file->lines[l]);

				out_str(job->opt->initial_tab ? "\t" : "  ");
				out_mem(file->lines[l], len);
				if (file->lines[l][len - 1] != '\n')
					out_str("\n\\ No newline at end of file\n");
			}
		}
	}
}

/* What is done about a block. */
enum action { KEEP, REPLACE, BRACKET, BRACKET_OLD /* mine and yours are the same */ };

static enum action action_for(const struct job *job, const struct block *b)
{
	const struct diff3_options *o = job->opt;
	bool all = o->show_all ||
		   (o->merge && !o->ed && !o->show_overlap && !o->easy_only && !o->overlap_only && !o->X);

	if (b->odd == YOURS)
		return o->overlap_only || o->X ? KEEP : REPLACE;
	if (b->odd == OLD)
		return all ? BRACKET_OLD : KEEP;
	if (b->odd == MINE || o->easy_only)
		return KEEP;
	return all || o->show_overlap ? BRACKET : REPLACE;
}

static void put_lines(const struct job *job, const struct block *b, int f)
{
	const struct file *file = &job->files[f];

	out_mem(file->lines[b->from[f]], (size_t)(file->lines[b->to[f]] - file->lines[b->from[f]]));
}

static bool brackets_old(const struct job *job)
{
	return !job->opt->show_overlap;
}

static void print_merged(struct job *job)
{
	const struct file *mine = &job->files[MINE];
	size_t at = 0;

	for (size_t n = 0; n < job->count; n++) {
		const struct block *b = &job->blocks[n];
		enum action action = action_for(job, b);

		if (action == KEEP)
			continue;
		out_mem(mine->whole[at], (size_t)(mine->whole[b->from[MINE]] - mine->whole[at]));
		at = b->to[MINE];
		if (action == REPLACE) {
			put_lines(job, b, YOURS);
			continue;
		}
		job->conflicts = true;
		if (action == BRACKET) {
			out_fmt("<<<<<<< %s\n", mine->label);
			put_lines(job, b, MINE);
		}
		if (action == BRACKET_OLD || brackets_old(job)) {
			out_fmt("%s %s\n", action == BRACKET_OLD ? "<<<<<<<" : "|||||||",
				job->files[OLD].label);
			put_lines(job, b, OLD);
		}
		out_str("=======\n");
		put_lines(job, b, YOURS);
		out_fmt(">>>>>>> %s\n", job->files[YOURS].label);
	}
	out_mem(mine->whole[at], (size_t)(mine->whole[mine->count] - mine->whole[at]));
}

/* Puts lines for ed: a dot at the beginning is doubled. Returns whether there was one. */
static bool put_text(const struct job *job, const struct block *b, int f)
{
	const struct file *file = &job->files[f];
	bool dots = false;

	for (size_t l = b->from[f]; l < b->to[f]; l++) {
		size_t len = (size_t)(file->lines[l + 1] - file->lines[l]);

		if (*file->lines[l] == '.') {
			out_char('.');
			dots = true;
		}
		out_mem(file->lines[l], len);
		if (file->lines[l][len - 1] != '\n')
			out_char('\n');
	}
	return dots;
}

/* Takes doubled dots off `count` lines that were put after the line `after`. */
static void undo_dots(size_t after, size_t count)
{
	if (count == 1)
		out_fmt("%zus/^\\.//\n", after + 1);
	else
		out_fmt("%zu,%zus/^\\.//\n", after + 1, after + count);
}

static void bracket_for_ed(struct job *job, const struct block *b, enum action action)
{
	size_t from = b->from[MINE], to = b->to[MINE], old = b->to[OLD] - b->from[OLD], count = 1;
	bool dots = false;

	job->conflicts = true;
	out_fmt("%zua\n", to);
	if (action == BRACKET) {
		if (brackets_old(job)) {
			out_fmt("||||||| %s\n", job->files[OLD].label);
			dots |= put_text(job, b, OLD);
			count += old + 1;
		}
		out_str("=======\n");
		dots |= put_text(job, b, YOURS);
		count += b->to[YOURS] - b->from[YOURS] + 1;
	}
	out_fmt(">>>>>>> %s\n.\n", job->files[YOURS].label);
	if (dots)
		undo_dots(to + 1, count - 2);
	out_fmt("%zua\n<<<<<<< %s\n", from, job->files[action == BRACKET ? MINE : OLD].label);
	if (action == BRACKET_OLD) {
		dots = put_text(job, b, OLD);
		out_str("=======\n.\n");
		if (dots)
			undo_dots(from + 1, old);
	} else {
		out_str(".\n");
	}
}

static void print_script(struct job *job)
{
	for (size_t n = job->count; n-- > 0;) {
		const struct block *b = &job->blocks[n];
		enum action action = action_for(job, b);
		size_t from = b->from[MINE], to = b->to[MINE], count = b->to[YOURS] - b->from[YOURS];

		if (action == KEEP)
			continue;
		if (action != REPLACE) {
			bracket_for_ed(job, b, action);
			continue;
		}
		if (from == to)
			out_num(from, 0);
		else if (to == from + 1)
			out_num(to, 0);
		else
			out_fmt("%zu,%zu", from + 1, to);
		if (count == 0) {
			out_str("d\n");
			continue;
		}
		out_str(from == to ? "a\n" : "c\n");
		bool dots = put_text(job, b, YOURS);

		out_str(".\n");
		if (dots)
			undo_dots(from, count);
	}
	if (job->opt->i)
		out_str("w\nq\n");
}

int diff3_main(struct diff3_options *opt, char **argv)
{
	struct job job = { .opt = opt };
	size_t operands = 0;
	int styles = !!opt->show_all + !!opt->ed + !!opt->show_overlap + !!opt->easy_only +
		     !!opt->overlap_only + !!opt->X;
	bool script = styles > 0 && !opt->merge;

	if (opt->v)
		print_version(), leave(0);
	if (opt->label.count > 3)
		die_usage("too many file label options");
	if (styles > 1 || (opt->i && opt->merge) ||
	    (opt->label.count && !opt->show_all && !opt->show_overlap && (styles > 0 || !opt->merge)))
		die_usage("incompatible options");
	while (argv[operands])
		operands++;
	if (operands < 3)
		die_usage("missing operand after '%s'", operands ? argv[operands - 1] : applet_name());
	if (operands > 3)
		die_usage("extra operand '%s'", argv[3]);
	job.common = script || opt->merge ? OLD : YOURS;
	for (int f = 0; f < 3; f++) {
		job.files[f].name = argv[f];
		job.files[f].label = (size_t)f < opt->label.count ? opt->label.items[f].value : argv[f];
	}
	for (int f = 0; f < 3; f++)
		read_input(&job, &job.files[f]);
	find_blocks(&job, script);
	if (opt->merge)
		print_merged(&job);
	else if (script)
		print_script(&job);
	else
		print_blocks(&job);
	out_finish();
	return job.conflicts;
}
