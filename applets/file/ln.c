/* ln - make links to files
 *
 * usage: ln [OPTION]... [-T] TARGET LINK_NAME
 * usage: ln [OPTION]... TARGET
 * usage: ln [OPTION]... TARGET... DIRECTORY
 * usage: ln [OPTION]... -t DIRECTORY TARGET...
 *
 *       --backup[=CONTROL]...  keep a backup of each file that is replaced
 *   -b                         the same without a CONTROL
 *   -d, -F, --directory        let root try to make hard links to directories
 *   -f, --force                replace files that have the name of a link
 *   -i, --interactive          ask before a file is replaced
 *   -L, --logical              follow TARGETs that are symbolic links
 *   -n, --no-dereference       a LINK_NAME that is a symbolic link to a directory is like a file
 *   -P, --physical             make hard links to symbolic links themselves (the default)
 *   -r, --relative             with -s, make links relative to where they are
 *   -s, --symbolic             make symbolic links, not hard ones
 *   -S, --suffix=SUFFIX        the suffix of backups, instead of ~
 *   -t, --target-directory=DIRECTORY...  make the links in DIRECTORY
 *   -T, --no-target-directory  LINK_NAME is the link, not a directory to make it in
 *   -v, --verbose              print the name of each link
 *
 * A CONTROL, or the variable VERSION_CONTROL, is none or off (no backups), numbered or t, existing
 * or nil (numbered if there are some, else simple), simple or never. The suffix of simple backups
 * can also be set in SIMPLE_BACKUP_SUFFIX.
 *
 * install: /bin
 * follows: POSIX.1-2024 ln; GNU coreutils manual, "ln invocation"
 */
#include "libbb.h"
#include "backup.h"
#include "ln.gen.h"
#include "path.h"
#include "strmap.h"
#include "target.h"

struct linker {
	const struct ln_options *opt;
	struct backup backup;
	bool follow;        /* -L */
	bool many;          /* more than one hard link, which may not replace each other */
	struct strmap made; /* the paths of those */
};

/* How `to` is called from the directory `from`; both are canonical. */
static char *relative_name(const char *from, const char *to)
{
	struct buf name = { 0 };
	size_t same = 0, i = 0;

	while (from[i] && from[i] == to[i]) {
		i++;
		if (from[i - 1] == '/')
			same = i;
	}
	if ((!from[i] || from[i] == '/') && (!to[i] || to[i] == '/'))
		same = i + (from[i] || to[i]);
	if (same > strlen(from))
		from = "";
	else
		from += same;
	to += same < strlen(to) ? same : strlen(to);
	for (; *from; from += strcspn(from, "/"), from += *from == '/')
		buf_str(&name, name.len ? "/.." : "..");
	if (*to)
		buf_fmt(&name, "%s%s", name.len ? "/" : "", to);
	return name.len ? name.data : arena_strdup(".");
}

/* What -r has a symbolic link to `target` hold. */
static const char *relative_target(const char *target, const struct place *link)
{
	char *dir = canonical_path(path_dir(link->path), CANON_EXISTING, false);
	char *to = canonical_path(target, CANON_MISSING, false);

	return dir && to ? relative_name(dir, to) : target;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

/* Whether a link would replace its own target: they are the same name in the same directory. */
static bool is_itself(const char *target, const struct place *link)
{
	struct stat a, b;

	return strcmp(path_base(target), path_base(link->path)) == 0 && stat(path_dir(target), &a) == 0 &&
	       stat(path_dir(link->path), &b) == 0 && same_file(&a, &b);
}

enum verdict { GO, SKIP, FAIL };

/* Decides about a file that may be in the way, which makes way for its *backup if that is wanted. */
static enum verdict clear_way(struct linker *l, const char *target, const struct stat *st,
			      const struct place *link, const char **backup)
{
	const struct ln_options *opt = l->opt;
	bool force = opt->force > opt->interactive;
	struct stat old;

	if (!opt->force && !opt->interactive && l->backup.kind == BACKUP_NONE)
		return GO;
	if (fstatat(link->dir, link->name, &old, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno == ENOENT)
			return GO;
		warn_errno("failed to access %s", quote_file(link->path));
		return FAIL;
	}
	if (S_ISDIR(old.st_mode)) {
		warn("%s: cannot overwrite directory", quote_maybe(link->path));
		return FAIL;
	}
	if (st && (force || l->backup.kind != BACKUP_NONE) &&
	    (!opt->symbolic || l->backup.kind == BACKUP_NONE) && same_file(st, &old) &&
	    is_itself(target, link)) {
		warn("%s and %s are the same file", quote_file(target), quote_file(link->path));
		return FAIL;
	}
	if (l->many && force && l->backup.kind != BACKUP_NUMBERED &&
	    strmap_get(&l->made, link->path, strlen(link->path))) {
		warn("will not overwrite just-created %s with %s", quote_file(link->path),
		     quote_file(target));
		return FAIL;
	}
	if (opt->interactive && !force && !confirm(arena_printf("replace %s", quote_file(link->path))))
		return SKIP;
	if (l->backup.kind == BACKUP_NONE)
		return GO;
	*backup = backup_file(link->dir, link->name, &l->backup);
	if (*backup || errno == ENOENT)
		return GO;
	warn_errno("cannot backup %s", quote_file(link->path));
	return FAIL;
}

/* Says why a link was not made. */
static void complain(bool symbolic, const char *target, const struct place *link)
{
	const char *what = symbolic ? "symbolic" : "hard";
	int code = errno;

	if (symbolic ? code != ENAMETOOLONG && *target
		     : code == EEXIST || code == EDQUOT || code == ENOSPC || code == EROFS)
		warn_errno("failed to create %s link %s", what, quote_file(link->path));
	else if (code == EMLINK)
		warn_errno("failed to create hard link to %s", quote_file(target));
	else
		warn_errno("failed to create %s link %s %s %s", what, quote_file(link->path),
			   symbolic ? "->" : "=>", quote_file(target));
}

/* Makes one link. Returns false after a message. */
static bool make_link(struct linker *l, const char *target, struct place link)
{
	const struct ln_options *opt = l->opt;
	struct new_link new = { .dir = link.dir, .name = link.name };
	const char *backup = NULL, *text;
	struct stat st;
	bool exists = (l->follow || opt->symbolic ? stat(target, &st) : lstat(target, &st)) == 0;

	if (!opt->symbolic) {
		if (!exists) {
			warn_errno("failed to access %s", quote_file(target));
			return false;
		}
		if (S_ISDIR(st.st_mode) && !opt->directory) {
			warn("%s: hard link not allowed for directory", quote_maybe(target));
			return false;
		}
		new.from_dir = AT_FDCWD;
		new.from = target;
		new.flags = l->follow ? AT_SYMLINK_FOLLOW : 0;
	}
	text = opt->relative ? relative_target(target, &link) : target;
	switch (clear_way(l, target, exists ? &st : NULL, &link, &backup)) {
	case FAIL:
		return false;
	case SKIP:
		return true;
	case GO:
		break;
	}
	if (opt->symbolic)
		new.text = target = text;
	if (link_new(&new) < 0 &&
	    (errno != EEXIST || (!opt->force && !opt->interactive) || link_replacing(&new) < 0)) {
		complain(opt->symbolic, target, &link);
		if (backup && renameat(link.dir, backup, link.dir, link.name) < 0)
			warn_errno("cannot un-backup %s", quote_file(link.path));
		return false;
	}
	if (l->many)
		strmap_set(&l->made, link.path, strlen(link.path), "");
	if (opt->verbose && backup)
		out_fmt("%s ~ ",
			quote_file(arena_printf("%.*s%s", (int)(link.name - link.path), link.path, backup)));
	if (opt->verbose)
		out_fmt("%s %s %s\n", quote_file(link.path), opt->symbolic ? "->" : "=>", quote_file(target));
	return true;
}

/* Checks the argument of -t, which is done before the other options are looked at. */
static void check_directory(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		die_errno("failed to access %s", quote_file(path));
	if (!S_ISDIR(st.st_mode))
		die("target %s is not a directory", quote_file(path));
}

int ln_main(struct ln_options *opt, char **files)
{
	struct linker l = { .opt = opt, .follow = opt->logical > opt->physical };
	unsigned flags = TARGET_HERE | (opt->no_target_directory ? TARGET_NONE : 0) |
			 (opt->no_dereference ? TARGET_NOFOLLOW : 0);
	struct target target;
	size_t count;
	bool ok = true;

	if (opt->target_directory.count)
		check_directory(opt->target_directory.items[0].value);
	l.backup = backup_options(opt->b, &opt->backup, opt->suffix);
	if (opt->relative && !opt->symbolic)
		die("cannot do --relative without --symbolic");
	if (opt->target_directory.count && opt->no_target_directory)
		die("cannot combine --target-directory and --no-target-directory");
	count = find_target(&target, files, &opt->target_directory, flags);
	l.many = count > 1 && !opt->symbolic;
	for (size_t i = 0; i < count; i++)
		ok &= make_link(&l, files[i], target_place(&target, files[i]));
	return !ok;
}
