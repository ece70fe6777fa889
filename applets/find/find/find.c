/* find - search for files in a directory hierarchy
 *
 * usage: find [-H] [-L] [-P] [-D HELP] [-OLEVEL] [STARTING-POINT...] [EXPRESSION]
 *
 * Without STARTING-POINTs . is searched; -print is the EXPRESSION if none is given or it has no action.
 * -P follows no symbolic links (the default), -L all, -H those among the STARTING-POINTs.
 *
 * Operators, those that bind first before others:
 *   ( EXPR )   ! EXPR   -not EXPR   EXPR1 [-a|-and] EXPR2   EXPR1 -o|-or EXPR2   EXPR1 , EXPR2
 *
 * Positional options: -daystart -follow -nowarn -regextype TYPE -warn
 *
 * Global options:
 *   depth     -depth -d -maxdepth LEVELS -mindepth LEVELS
 *   files     -files0-from FILE -mount -xdev -noleaf -ignore_readdir_race -noignore_readdir_race
 *   help      -help -version
 *
 * Tests (N can be +N, -N or N):
 *   names     -name PATTERN -iname PATTERN -path PATTERN -ipath PATTERN -wholename PATTERN
 *             ... -iwholename PATTERN -regex PATTERN -iregex PATTERN
 *   kinds     -type [bcdpfls],... -xtype [bcdpfls],... -empty -fstype TYPE -lname PATTERN
 *             ... -ilname PATTERN
 *   times     -amin N -atime N -cmin N -ctime N -mmin N -mtime N -used N -anewer FILE
 *             ... -cnewer FILE -newer FILE -newerXY FILE
 *   owners    -uid N -gid N -user NAME -group NAME -nouser -nogroup
 *   rights    -perm [-/]MODE -readable -writable -executable -context PATTERN
 *   others    -size N[bcwkMG] -inum N -links N -samefile FILE -true -false
 *
 * Actions:
 *   output    -print -print0 -printf FORMAT -ls -fprint FILE -fprint0 FILE -fprintf FILE FORMAT
 *             ... -fls FILE
 *   commands  -exec COMMAND ; -exec COMMAND {} + -execdir COMMAND ; -execdir COMMAND {} +
 *             ... -ok COMMAND ; -okdir COMMAND ;
 *   others    -delete -prune -quit
 *
 * install: /usr/bin
 * options: raw
 * follows: POSIX.1-2024 find; GNU findutils manual, "Reference"; the behaviour of find 4.9
 */
#include "find.h"
#include "find.gen.h"

/* A directory that the walk is in, while links are followed. */
struct find_outer {
	dev_t dev;
	ino_t ino;
	size_t path_len;
};

/* Whether the directory is one of those it is in, which is reported. */
static bool is_loop(struct find *f)
{
	const struct walk_entry *e = f->e;
	const struct stat *st = walk_stat(&f->walk);

	if (!st)
		return false;
	for (size_t i = 0; i < e->level; i++) {
		const struct find_outer *o = &f->outer[i];

		if (o->ino != st->st_ino || o->dev != st->st_dev)
			continue;
		warn("File system loop detected; %s is part of the same file system loop as %s.",
		     quote(e->path), quote(arena_memdup(e->path, o->path_len)));
		f->status = 1;
		return true;
	}
	f->outer = arena_reserve(f->outer, e->level, &f->outer_size, sizeof(*f->outer));
	f->outer[e->level] = (struct find_outer){ st->st_dev, st->st_ino, e->path_len };
	return false;
}

/* Looks at the current file, if it is as deep as asked. */
static void visit(struct find *f)
{
	f->gone = false;
	if (f->e->level >= f->min_depth && f->e->level <= f->max_depth && f->root)
		find_eval(f, f->root);
}

static void search(struct find *f, char **roots)
{
	bool was_loop = false;

	walk_open(&f->walk, roots,
		  (f->follow ? WALK_FOLLOW : 0) | (f->follow_roots ? WALK_FOLLOW_ROOTS : 0) |
			  (f->one_fs ? WALK_ONE_FS : 0));
	while (!f->quit && (f->e = walk_next(&f->walk))) {
		bool loop = f->e->kind == WALK_DIR && f->follow && is_loop(f);
		struct arena_mark mark = arena_mark();

		if (f->e->level == 0 && f->e->kind != WALK_DIR_END)
			f->root_path = f->walk.roots[-1];
		if (f->gathering)
			find_exec_flush(f, false);
		switch (f->e->kind) {
		case WALK_DIR:
			if (loop || f->e->level >= f->max_depth)
				walk_skip(&f->walk);
			if (!f->depth && !loop)
				visit(f);
			was_loop = loop;
			break;
		case WALK_DIR_END:
			if (f->depth && !was_loop)
				visit(f);
			was_loop = false;
			break;
		case WALK_FILE:
			visit(f);
			break;
		case WALK_LOOP:
			break;
		case WALK_ERROR:
			find_trouble(f, f->e->error);
		}
		arena_release(mark);
	}
}

int find_main(struct find_options *options, char **argv)
{
	struct find f = { .null = -1 };
	char **roots;

	(void)options;
	roots = find_parse(&f, argv);
	search(&f, roots);
	find_exec_flush(&f, true);
	find_sinks_close(&f);
	return f.status;
}
