/* files.c - which files grep searches: named ones, trees, --include and --exclude */
#include <dirent.h>
#include "glob.h"
#include "grep.h"
#include "path.h"
#include "walk.h"

/* Whether a name, or for names of the command line what follows any of its slashes, matches. */
static bool glob_matches(const char *pattern, const char *name, bool command_line)
{
	if (glob_match(pattern, name, 0))
		return true;
	for (; command_line && *name; name++)
		if (*name == '/' && name[1] != '/' && name[1] && glob_match(pattern, name + 1, 0))
			return true;
	return false;
}

/* Whether --include and --exclude leave a file out: the last that matches counts. */
static bool excluded(const struct file_glob *globs, size_t count, const char *name, bool command_line)
{
	if (count == 0)
		return false;
	for (size_t i = count; i-- > 0;)
		if (glob_matches(globs[i].pattern, name, command_line))
			return !globs[i].include;
	return globs[0].include;
}

static bool is_device(mode_t mode)
{
	return S_ISCHR(mode) || S_ISBLK(mode) || S_ISFIFO(mode) || S_ISSOCK(mode);
}

/* Writes what -c, -l and -L want. */
static void print_summary(struct grep *g, uintmax_t found)
{
	if (g->count && g->list == LIST_NONE) {
		if (g->filenames > 0) {
			print_filename(g);
			if (g->null)
				out_char(0);
			else
				print_separator(g, ':');
		}
		out_num(found, 0);
		out_char('\n');
	}
	if (g->list == (found ? LIST_MATCHING : LIST_OTHERS)) {
		print_filename(g);
		out_char(g->null ? 0 : '\n');
	}
}

static void search_open(struct grep *g, int fd, const char *name, bool command_line)
{
	struct stat st;
	uintmax_t found;

	g->name = name;
	if (fstat(fd, &st) < 0) {
		grep_file_trouble(g, errno, name);
		return;
	}
	if (is_device(st.st_mode) &&
	    (g->devices == SKIP_DEVICES || (g->devices == READ_NAMED_DEVICES && !command_line)))
		return;
	if (S_ISDIR(st.st_mode) && g->directories == SKIP_DIRECTORIES)
		return;
	if (g->out_regular && !g->quiet && g->list == LIST_NONE && !g->count && g->max > 0 &&
	    S_ISREG(st.st_mode) && st.st_ino == g->out_stat.st_ino && st.st_dev == g->out_stat.st_dev &&
	    lseek(fd, 0, SEEK_CUR) < st.st_size) {
		grep_file_trouble(g, 0, name);
		return;
	}
	found = search_file(g, fd, &st);
	if (found)
		g->selected = true;
	if (g->quiet && found) {
		regex_free(g->re);
		leave(0);
	}
	if (!g->quiet)
		print_summary(g, found);
}

static void search_named(struct grep *g, const char *name, int dir, const char *file, bool command_line,
			 int flags)
{
	int fd = open_file_at(
		dir, file,
		O_RDONLY | flags | (g->devices == READ_NAMED_DEVICES && command_line ? 0 : O_NONBLOCK), 0);

	if (fd < 0) {
		grep_file_trouble(g, errno, name);
		return;
	}
	if (dir != AT_FDCWD || !command_line || !excluded(g->globs, g->globs_count, name, true))
		search_open(g, fd, name, command_line);
	close_file(fd);
}

/* Searches a tree; `shown` is what the walk's paths are shown without. */
static void search_tree(struct grep *g, char *root, size_t hidden)
{
	char *roots[] = { root, NULL };
	struct walk walk = { .depth = 0 };
	const struct walk_entry *e;

	walk_open(&walk, roots, g->follow ? WALK_FOLLOW : WALK_FOLLOW_ROOTS);
	while ((e = walk_next(&walk))) {
		struct arena_mark mark = arena_mark();
		size_t size = g->buf_size;
		const char *base = e->level ? e->name : e->path;
		const char *path = e->level ? e->path + hidden : e->path;

		switch (e->kind) {
		case WALK_DIR:
			if (e->level > 0 ? excluded(g->dir_globs, g->dir_globs_count, base, false) : false)
				walk_skip(&walk);
			else if (g->filenames < 0)
				g->filenames = 1;
			break;
		case WALK_FILE:
			if (excluded(g->globs, g->globs_count, base, e->level == 0))
				break;
			if (e->level > 0 && e->type == DT_LNK && !g->follow)
				break;
			if (e->level > 0 && g->devices != READ_DEVICES && e->type != DT_REG &&
			    e->type != DT_LNK && e->type != DT_UNKNOWN)
				break;
			search_named(g, path, e->dir, e->name, e->level == 0,
				     e->level > 0 && !g->follow ? O_NOFOLLOW : 0);
			break;
		case WALK_LOOP:
			if (!g->silent)
				warn("%s: warning: recursive directory loop", path);
			break;
		case WALK_ERROR:
			grep_file_trouble(g, e->error, path);
			break;
		default:
			break;
		}
		if (g->buf_size == size)
			arena_release(mark);
	}
}

static void search_operand(struct grep *g, char *file)
{
	struct stat st;

	if (strcmp(file, "-") == 0) {
		search_open(g, STDIN_FILENO, g->label ? g->label : "(standard input)", true);
		return;
	}
	if (stat(file, &st) == 0 && S_ISDIR(st.st_mode)) {
		const char *name = file;
		size_t len = strlen(file);
		char *trimmed = arena_strdup(file);

		while (len > 1 && trimmed[len - 1] == '/')
			trimmed[--len] = 0;
		if (excluded(g->dir_globs, g->dir_globs_count, trimmed, true))
			return;
		if (g->directories == RECURSE) {
			search_tree(g, file, 0);
			return;
		}
		search_named(g, name, AT_FDCWD, file, true, 0);
		return;
	}
	search_named(g, file, AT_FDCWD, file, true, 0);
}

void grep_files(struct grep *g, char **files)
{
	char here[] = ".", input[] = "-";

	if (!*files && g->directories == RECURSE)
		search_tree(g, here, 2);
	else if (!*files)
		search_operand(g, input);
	for (; *files; files++)
		search_operand(g, *files);
}
