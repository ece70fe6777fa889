/* mv - move or rename files
 *
 * usage: mv [OPTION]... [-T] SOURCE DEST
 * usage: mv [OPTION]... SOURCE... DIRECTORY
 * usage: mv [OPTION]... -t DIRECTORY SOURCE...
 *
 *       --backup[=CONTROL]...  keep a backup of each file that is replaced
 *   -b                         the same without a CONTROL
 *   -f, --force                do not ask before a file is replaced
 *   -i, --interactive          ask before a file is replaced
 *   -n, --no-clobber           do not replace files
 *       --strip-trailing-slashes  remove trailing slashes of each SOURCE
 *   -S, --suffix=SUFFIX        the suffix of backups, instead of ~
 *   -t, --target-directory=DIRECTORY...  move all SOURCEs into DIRECTORY
 *   -T, --no-target-directory  DEST is the new name, not a directory to move into
 *   -u, --update               leave alone files that are not older than their SOURCE
 *   -v, --verbose              print what is done
 *   -Z, --context              set the security context of the files to the default
 *
 * The last of -f, -i and -n counts. A CONTROL, or the variable VERSION_CONTROL, is none or off (no
 * backups), numbered or t, existing or nil (numbered if there are some, else simple), simple or never.
 * The suffix of simple backups can also be set in SIMPLE_BACKUP_SUFFIX.
 *
 * install: /bin
 * follows: POSIX.1-2024 mv; GNU coreutils manual, "mv invocation"
 */
#include "libbb.h"
#include "copytree.h"
#include "mv.gen.h"
#include "walk.h"

/* The two ways of moving: renaming, and copying between file systems. */
struct mover {
	struct copier *renaming, *copying;
	struct copy_options opt;
};

static struct copy_options read_options(const struct mv_options *opt)
{
	struct copy_options copy = { .move = true, .update = opt->update, .verbose = opt->verbose };

	if (opt->force > opt->interactive && opt->force > opt->no_clobber)
		copy.force = true;
	else if (opt->interactive > opt->no_clobber)
		copy.overwrite = OVERWRITE_ASK;
	else if (opt->no_clobber)
		copy.overwrite = OVERWRITE_NOT;
	copy.backup = backup_options(opt->b, &opt->backup, opt->suffix);
	return copy;
}

/* Says that a file could not be removed. */
static bool not_removed(const struct walk_entry *e, int error)
{
	warn_code(error, "cannot remove %s", quote_file(e->path));
	return false;
}

/* Removes the source after it was copied. */
static bool remove_tree(char *path, bool verbose)
{
	char *roots[] = { path, NULL };
	const struct walk_entry *e;
	struct walk w;
	bool ok = true;

	walk_open(&w, roots, 0);
	while ((e = walk_next(&w))) {
		bool dir = e->kind == WALK_DIR_END;

		if (e->kind == WALK_ERROR)
			ok = not_removed(e, e->error);
		else if (e->kind != WALK_DIR && unlinkat(e->dir, e->name, dir ? AT_REMOVEDIR : 0) < 0)
			ok = not_removed(e, errno);
		else if (e->kind != WALK_DIR && verbose)
			out_fmt("removed %s%s\n", dir ? "directory " : "", quote_file(e->path));
	}
	return ok;
}

/* Moves between file systems. */
static bool move_far(struct mover *m, struct copy_item *i, char *source)
{
	bool dir = S_ISDIR(i->st.st_mode), gone = !i->exists || i->remove;

	if (dir && !gone && unlinkat(i->to.dir, i->to.name, AT_REMOVEDIR) < 0) {
		warn_errno("inter-device move failed: %s to %s; unable to remove target", quote_file(source),
			   quote_file(i->to.path));
		return false;
	}
	if (!copy_source(m->copying, source, i->to, i->backup_path)) {
		copy_give_back(i);
		return false;
	}
	copy_moved(m->renaming, i);
	return remove_tree(source, m->opt.verbose);
}

/* After a file was renamed. */
static bool renamed(struct mover *m, const struct copy_item *i)
{
	if (m->opt.verbose)
		copy_tell("renamed ", i);
	copy_moved(m->renaming, i);
	return true;
}

static bool move_one(struct mover *m, char *source, struct place to)
{
	struct copy_item i = { .from = { AT_FDCWD, source, source }, .to = to, .root = true };

	if (rename_new(AT_FDCWD, source, to.dir, to.name) == 0)
		return renamed(m, &i);
	if (fstatat(AT_FDCWD, source, &i.st, AT_SYMLINK_NOFOLLOW) < 0) {
		warn_errno("cannot stat %s", quote_file(source));
		return false;
	}
	switch (copy_judge(m->renaming, &i)) {
	case COPY_FAILED:
		return false;
	case COPY_NOT:
		return true;
	case COPY_IT:
		break;
	}
	if (!copy_make_way(m->renaming, &i))
		return false;
	if (renameat(AT_FDCWD, source, to.dir, to.name) == 0)
		return renamed(m, &i);
	if (errno == EXDEV)
		return move_far(m, &i, source);
	if (errno == EINVAL)
		warn("cannot move %s to a subdirectory of itself, %s", quote_file(source),
		     quote_file(to.path));
	else
		warn_errno("cannot move %s to %s", quote_file(source), quote_file(to.path));
	copy_give_back(&i);
	return false;
}

int mv_main(struct mv_options *opt, char **files)
{
	struct mover m = { .opt = read_options(opt) };
	struct copy_options far = {
		.sparse = SPARSE_AUTO,
		.xattr = XATTR_WARN,
		.recursive = true,
		.verbose = opt->verbose,
		.keep_mode = true,
		.keep_owner = true,
		.keep_times = true,
		.keep_links = true,
		.move = true,
	};
	struct target target;
	size_t count = find_target(&target, files, &opt->target_directory,
				   opt->no_target_directory ? TARGET_NONE : 0);
	bool ok = true;

	if ((opt->b || opt->backup.count || opt->suffix) && m.opt.overwrite == OVERWRITE_NOT)
		die_usage("options --backup and --no-clobber are mutually exclusive");
	m.opt.many = count > 1;
	m.renaming = copy_begin(&m.opt);
	m.copying = copy_begin(&far);
	for (size_t i = 0; i < count; i++) {
		if (opt->strip_trailing_slashes)
			strip_trailing_slashes(files[i]);
		ok &= move_one(&m, files[i], target_place(&target, files[i]));
	}
	return !ok;
}
