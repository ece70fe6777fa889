/* sdiff - show the differences of two files side by side, and merge them
 *
 * usage: sdiff [OPTION]... FILE1 FILE2
 *
 *   -o, --output=FILE            ask about each difference, and write what results to FILE
 *   -i, --ignore-case            ignore case
 *   -E, --ignore-tab-expansion   ignore changes by tab expansion
 *   -Z, --ignore-trailing-space  ignore white space at line ends
 *   -b, --ignore-space-change    ignore changes in the amount of white space
 *   -W, --ignore-all-space       ignore all white space
 *   -B, --ignore-blank-lines     ignore changes where lines are all blank
 *   -I, --ignore-matching-lines=RE...  ignore changes where all lines match RE
 *       --strip-trailing-cr      without carriage returns at line ends
 *   -a, --text                   all files are text
 *   -w, --width=NUM              at most NUM (130) columns
 *   -l, --left-column            only the left column of common lines
 *   -s, --suppress-common-lines  no common lines
 *   -t, --expand-tabs            expand tabs to blanks
 *       --tabsize=NUM            tab stops every NUM (8) columns
 *   -d, --minimal                find the smallest set of changes
 *   -H, --speed-large-files      large files with many small changes
 *       --diff-program=PROGRAM   use PROGRAM to compare files
 *
 * The answers are: l or r, use the left or the right version; e, el, er, eb, edit a new one, the left one, the right
 * one, or both; ed, both with headers; s and v, do or do not show common lines; q, quit.
 *
 * A FILE that is - is standard input. Exit status: 0 if the files are the same, 1 if they differ, 2 for trouble.
 *
 * install: /usr/bin
 * options: diffutils
 * status: 2
 * hidden: -v
 * follows: GNU diffutils manual, "Invoking sdiff"; the behaviour of sdiff 3.8
 */
#include "libbb.h"
#include "command.h"
#include "path.h"
#include "subsidiary.h"
#include "sdiff.gen.h"

/* A list of words that grows. */
struct words {
	char **at;
	size_t count, size;
};

static void add(struct words *w, const char *word)
{
	w->at = arena_reserve(w->at, w->count + 1, &w->size, sizeof(char *));
	w->at[w->count++] = arena_strdup(word);
	w->at[w->count] = NULL;
}

static void add_if(struct words *w, unsigned given, const char *word)
{
	if (given)
		add(w, word);
}

/* The command line of diff. */
static struct words diff_words(const struct sdiff_options *o, char **files)
{
	struct words w = { 0 };

	add(&w, o->diff_program ? o->diff_program : "diff");
	add_if(&w, o->ignore_case, "-i");
	add_if(&w, o->ignore_tab_expansion, "-E");
	add_if(&w, o->ignore_trailing_space, "-Z");
	add_if(&w, o->ignore_space_change, "-b");
	add_if(&w, o->ignore_all_space, "-w");
	add_if(&w, o->ignore_blank_lines, "-B");
	for (size_t i = 0; i < o->ignore_matching_lines.count; i++) {
		add(&w, "-I");
		add(&w, o->ignore_matching_lines.items[i].value);
	}
	add_if(&w, o->strip_trailing_cr, "--strip-trailing-cr");
	add_if(&w, o->text, "-a");
	if (o->width) {
		add(&w, "-W");
		add(&w, o->width);
	}
	add_if(&w, o->left_column, "--left-column");
	add_if(&w, !o->output && o->suppress_common_lines, "--suppress-common-lines");
	add_if(&w, o->expand_tabs, "-t");
	if (o->tabsize)
		add(&w, arena_printf("--tabsize=%s", o->tabsize));
	add_if(&w, o->minimal, "-d");
	add_if(&w, o->speed_large_files, "--speed-large-files");
	add(&w, o->output ? "--sdiff-merge-assist" : "-y");
	add(&w, "--");
	add(&w, files[0]);
	add(&w, files[1]);
	return w;
}

/* Runs diff and returns what it writes. */
static const char *run_diff(char **words, const struct applet *diff, int *status)
{
	size_t len;
	char *caught, *text;

	if (!diff)
		return subsidiary_output(words, -1, status);
	*status = run_applet_captured(diff, words, &caught, &len);
	if (!caught)
		arena_exhausted();
	text = arena_memdup(caught, len);
	free(caught);
	return text;
}

/* One of the two files: what was not used of it yet. */
struct side {
	const char *name, *at, *end;
	size_t line; /* number of the next */
};

struct merge {
	struct side sides[2];
	struct writer out;
	struct reader answers;
	const char *shown; /* the rest of diff's output */
	bool silent;
};

static void read_side(struct side *s, const char *name)
{
	int fd = open_input(name);
	size_t len;

	s->name = name;
	s->at = fd < 0 ? NULL : read_file(fd, &len);
	if (!s->at)
		die_errno("%s", name);
	close_file(fd);
	s->end = s->at + len;
	s->line = 1;
}

/* Takes `count` lines off a side, and writes them to `w` if it is not NULL. */
static void take_lines(struct side *s, size_t count, struct writer *w)
{
	const char *start = s->at;

	s->line += count;
	while (count-- > 0) {
		const char *newline = mem_chr(s->at, '\n', (size_t)(s->end - s->at));

		s->at = newline ? newline + 1 : s->end;
	}
	if (w)
		writer_mem(w, start, (size_t)(s->at - start));
}

/* Shows the next `count` lines of diff's output, or passes over them. */
static void show_lines(struct merge *m, size_t count, bool show)
{
	const char *start = m->shown;

	while (count-- > 0 && *m->shown) {
		m->shown += strcspn(m->shown, "\n");
		m->shown += *m->shown == '\n';
	}
	if (show)
		out_mem(start, (size_t)(m->shown - start));
}

static void show_help(void)
{
	static const char help[] = "ed:\tEdit then use both versions, each decorated with a header.\n"
				   "eb:\tEdit then use both versions.\n"
				   "el or e1:\tEdit then use the left version.\n"
				   "er or e2:\tEdit then use the right version.\n"
				   "e:\tDiscard both versions then edit a new one.\n"
				   "l or 1:\tUse the left version.\n"
				   "r or 2:\tUse the right version.\n"
				   "s:\tSilently include common lines.\n"
				   "v:\tVerbosely include common lines.\n"
				   "q:\tQuit.\n";

	out_flush();
	write_all(STDERR_FILENO, help, sizeof(help) - 1);
}

/* A header for the lines of a side in the text to be edited. */
static void put_header(struct writer *w, const struct side *s, const char *mark, size_t count)
{
	if (count == 0)
		return;
	writer_fmt(w, "%s %s %zu", mark, s->name, s->line);
	if (count > 1)
		writer_fmt(w, ",%zu", s->line + count - 1);
	writer_char(w, '\n');
}

/* Lets the user edit the lines of the sides that `which` names, and writes the result. */
static void edit(struct merge *m, char which, const size_t counts[2])
{
	const char *dir = getenv("TMPDIR"), *editor = getenv("EDITOR");
	char *name = arena_printf("%s/sdiffXXXXXX", dir && *dir ? dir : "/tmp");
	int fd = own_file(mkostemp(name, O_CLOEXEC)), status;
	struct writer w = { 0 };
	pid_t child;
	size_t len;
	char *text;

	if (fd < 0)
		die_errno("%s", name);
	editor = editor && *editor ? editor : "ed";
	writer_open(&w, fd);
	for (int s = 0; s < 2; s++) {
		bool wanted = which == 'b' || which == 'd' || which == (s ? 'r' : 'l');

		if (which == 'd')
			put_header(&w, &m->sides[s], s ? "+++" : "---", counts[s]);
		take_lines(&m->sides[s], counts[s], wanted ? &w : NULL);
	}
	if (writer_flush(&w) < 0)
		die_errno("%s", name);
	out_flush();
	writer_flush(&m->out);
	child = fork();
	if (child < 0)
		die_errno("fork");
	if (child == 0) {
		char *words[] = { arena_strdup(editor), name, NULL };

		exec_command(words, NULL);
		_exit(126 + (errno == ENOENT));
	}
	status = subsidiary_wait(child);
	close_file(fd);
	fd = open_file(name, O_RDONLY, 0);
	text = fd < 0 ? NULL : read_file(fd, &len);
	unlink(name);
	subsidiary_check(editor, status);
	if (!text)
		die_errno("%s", name);
	close_file(fd);
	writer_mem(&m->out, text, len);
}

/* Asks what to do about a difference and does it. Returns false if the user has enough. */
static bool ask(struct merge *m, const size_t counts[2])
{
	for (;;) {
		size_t len;
		const char *answer;
		char a, b;
		bool whole;

		out_char('%');
		out_flush();
		answer = reader_line(&m->answers, &len, '\n');
		if (!answer)
			return false;
		whole = answer[len - 1] == '\n';
		while (len > 0 && (*answer == ' ' || *answer == '\t'))
			answer++, len--;
		while (len > 0 && strchr(" \t\n", answer[len - 1]))
			len--;
		a = whole && len > 0 ? answer[0] : 0;
		b = len > 1 ? answer[1] : 0;
		if (len == 1 && a && strchr("lr12", a)) {
			bool right = a == 'r' || a == '2';

			take_lines(&m->sides[0], counts[0], right ? NULL : &m->out);
			take_lines(&m->sides[1], counts[1], right ? &m->out : NULL);
			return true;
		}
		if (a == 'e' && (len == 1 || (len == 2 && strchr("lrbd12", b)))) {
			edit(m, b == '1' ? 'l' : b == '2' ? 'r' : b, counts);
			return true;
		}
		if (len == 1 && a == 'q')
			return false;
		if (len == 1 && (a == 's' || a == 'v'))
			m->silent = a == 's';
		else
			show_help();
	}
}

/* Goes through what diff says. Returns false if the user has enough. */
static bool merge(struct merge *m, bool suppress)
{
	while (*m->shown == 'i' || *m->shown == 'c') {
		bool common = *m->shown == 'i';
		char *end;
		size_t counts[2], most;

		counts[0] = strtoul(m->shown + 1, &end, 10);
		counts[1] = strtoul(end + (*end == ','), &end, 10);
		m->shown = end + (*end == '\n');
		most = counts[0] > counts[1] ? counts[0] : counts[1];
		if (common) {
			show_lines(m, most, !m->silent && !suppress);
			take_lines(&m->sides[0], counts[0], &m->out);
			take_lines(&m->sides[1], counts[1], NULL);
			continue;
		}
		show_lines(m, most, true);
		if (!ask(m, counts))
			return false;
	}
	return true;
}

/* Makes of a directory the file in it that has the other's name. */
static char *in_directory(const char *name, const char *other)
{
	struct stat st;

	return stat(name, &st) == 0 && S_ISDIR(st.st_mode) ? path_join(name, path_base(other))
							   : arena_strdup(name);
}

static int merge_files(const struct sdiff_options *o, char **files, const struct applet *diff)
{
	struct merge m = { 0 };
	struct stat st[2];
	int status, fd;
	bool finished;

	if (strcmp(files[0], "-") == 0 || strcmp(files[1], "-") == 0)
		die("cannot interactively merge standard input");
	if (stat(files[0], &st[0]) == 0 && stat(files[1], &st[1]) == 0 && S_ISDIR(st[0].st_mode) &&
	    S_ISDIR(st[1].st_mode))
		die("both files to be compared are directories");
	char *names[] = { in_directory(files[0], files[1]), in_directory(files[1], files[0]) };

	for (int s = 0; s < 2; s++)
		read_side(&m.sides[s], names[s]);
	fd = open_file(o->output, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (fd < 0)
		die_errno("%s", o->output);
	writer_open(&m.out, fd);
	reader_open(&m.answers, STDIN_FILENO);
	m.shown = run_diff(diff_words(o, names).at, diff, &status);
	finished = status < 2 && merge(&m, o->suppress_common_lines);
	if (writer_close(&m.out) < 0)
		die_errno("%s", o->output);
	return finished ? status : 2;
}

int sdiff_main(struct sdiff_options *opt, char **argv)
{
	const struct applet *diff = opt->diff_program ? NULL : find_applet("diff");
	struct words w;

	if (opt->v)
		print_version(), leave(0);
	if (!argv[0] || !argv[1])
		die_usage("missing operand after '%s'", argv[0] ? argv[0] : applet_name());
	if (argv[2])
		die_usage("extra operand '%s'", argv[2]);
	if (opt->output)
		return merge_files(opt, argv, diff);
	w = diff_words(opt, argv);
	if (diff)
		return run_applet(diff, w.at);
	exec_command(w.at, NULL);
	die_errno("%s", w.at[0]);
}
