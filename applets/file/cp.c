/* cp - copy files and directories
 *
 * usage: cp [OPTION]... [-T] SOURCE DEST
 * usage: cp [OPTION]... SOURCE... DIRECTORY
 * usage: cp [OPTION]... -t DIRECTORY SOURCE...
 *
 *   -a, --archive              as -dR --preserve=all, silent about attributes that cannot be kept
 *       --attributes-only      copy the attributes and not the contents
 *       --backup[=CONTROL]...  keep a backup of each file that is replaced
 *   -b                         the same without a CONTROL
 *       --copy-contents        with -R, read special files and do not make new ones like them
 *   -d                         as --no-dereference --preserve=links
 *   -f, --force                remove a destination that cannot be opened, and try again
 *   -i, --interactive          ask before a file is overwritten
 *   -H                         follow symbolic links on the command line
 *   -l, --link                 make hard links and not copies
 *   -L, --dereference          follow all symbolic links of SOURCE
 *   -n, --no-clobber           do not overwrite files
 *   -P, --no-dereference       follow no symbolic link of SOURCE
 *   -p                         as --preserve=mode,ownership,timestamps
 *       --preserve[=LIST]...   keep these: mode, ownership, timestamps (the default), links,
 *                              context, xattr, all
 *       --no-preserve=LIST...  do not keep these
 *       --parents              append the whole path of SOURCE to DIRECTORY
 *   -R, -r, --recursive        copy directories with all that is in them
 *       --remove-destination   remove a file that is there, before opening a new one
 *       --reflink[=WHEN]...    share blocks with the source: always (fail if not possible), auto, never
 *       --sparse=WHEN...       make holes: auto (where the source has some), always (for zeros), never
 *       --strip-trailing-slashes  remove trailing slashes of each SOURCE
 *   -s, --symbolic-link        make symbolic links and not copies
 *   -S, --suffix=SUFFIX        the suffix of backups, instead of ~
 *   -t, --target-directory=DIRECTORY...  copy all SOURCEs into DIRECTORY
 *   -T, --no-target-directory  DEST is the copy itself, not a directory to copy into
 *   -u, --update               leave alone files that are not older than their SOURCE
 *   -v, --verbose              print the name of each file
 *   -x, --one-file-system      stay on the file system of each SOURCE
 *   -Z                         set the security context of the copies to the default
 *       --context[=CTX]...     the same, or set it to CTX
 *
 * A CONTROL, or the variable VERSION_CONTROL, is none or off (no backups), numbered or t, existing
 * or nil (numbered if there are some, else simple), simple or never. The suffix of simple backups
 * can also be set in SIMPLE_BACKUP_SUFFIX. With -f and -b, a file copied onto itself is backed up.
 *
 * install: /bin
 * follows: POSIX.1-2024 cp; GNU coreutils manual, "cp invocation"
 */
#include "libbb.h"
#include "copytree.h"
#include "cp.gen.h"
#include "path.h"

/* The words of --preserve and --no-preserve. */
enum attribute { MODE, TIMES, OWNER, LINKS, CONTEXT, XATTRS, ALL };

static void keep(struct copy_options *copy, enum attribute what, bool on)
{
	bool all = what == ALL;

	if (all || what == MODE) {
		copy->keep_mode = on;
		copy->default_mode = !on;
	}
	if (all || what == TIMES)
		copy->keep_times = on;
	if (all || what == OWNER)
		copy->keep_owner = on;
	if (all || what == LINKS)
		copy->keep_links = on;
	if (what == XATTRS)
		copy->xattr = on ? XATTR_REQUIRED : XATTR_NO;
	if (all && (!on || copy->xattr == XATTR_NO))
		copy->xattr = on ? XATTR_WARN : XATTR_NO;
	if (what == CONTEXT && on)
		die("cannot preserve security context without an SELinux-enabled kernel");
}

/* Takes a list of words, or the usual three if there is none. */
static void keep_list(struct copy_options *copy, const char *list, bool on)
{
	static const char *const words[] = { "mode",    "timestamps", "ownership", "links",
					     "context", "xattr",      "all",       NULL };

	if (!list)
		list = "mode,ownership,timestamps";
	for (;;) {
		size_t len = strcspn(list, ",");

		keep(copy,
		     (enum attribute)choose(words, NULL, arena_memdup(list, len),
					    on ? "--preserve" : "--no-preserve"),
		     on);
		if (!list[len])
			return;
		list += len + 1;
	}
}

/* Goes through the options that say what to keep, in the order of the command line. */
static void read_keeping(const struct cp_options *opt, struct copy_options *copy)
{
	const struct option_list *lists[] = { &opt->no_preserve, &opt->preserve };
	unsigned last = opt->archive > opt->p ? opt->archive : opt->p;

	if (opt->d > last)
		last = opt->d;
	for (int on = 0; on < 2; on++)
		if (lists[on]->count && lists[on]->items[lists[on]->count - 1].at > last)
			last = lists[on]->items[lists[on]->count - 1].at;
	for (unsigned at = 1; at <= last; at++) {
		if (at == opt->archive) {
			copy->xattr = XATTR_SILENT;
			keep(copy, ALL, true);
		}
		if (at == opt->p)
			keep_list(copy, NULL, true);
		if (at == opt->d)
			copy->keep_links = true;
		for (int on = 0; on < 2; on++)
			for (size_t i = 0; i < lists[on]->count; i++)
				if (lists[on]->items[i].at == at)
					keep_list(copy, lists[on]->items[i].value, on);
	}
}

/* Which symbolic links to follow: the last of the options that say so, else as -R and -l have it. */
static enum copy_follow read_follow(const struct cp_options *opt)
{
	unsigned none = opt->archive > opt->d ? opt->archive : opt->d;
	bool recursive = opt->recursive || opt->archive;

	if (opt->no_dereference > none)
		none = opt->no_dereference;
	if (opt->H > none && opt->H > opt->dereference)
		return FOLLOW_ROOTS;
	if (none || opt->dereference)
		return none > opt->dereference ? FOLLOW_NONE : FOLLOW_ALL;
	return recursive && !opt->link ? FOLLOW_NONE : FOLLOW_ALL;
}

/* Reads each WHEN of a list; the last one counts. */
static int read_when(const struct option_list *list, const char *const *words, const char *option,
		     int otherwise, int without)
{
	for (size_t i = 0; i < list->count; i++)
		otherwise = list->items[i].value ? choose(words, NULL, list->items[i].value, option)
						 : without;
	return otherwise;
}

static struct copy_options read_options(const struct cp_options *opt)
{
	static const char *const sparse[] = { "never", "auto", "always", NULL };
	static const char *const reflink[] = { "auto", "always", "never", NULL };
	bool backup = opt->b || opt->backup.count || opt->suffix;
	struct copy_options copy = {
		.follow = read_follow(opt),
		.sparse = (enum copy_sparse)read_when(&opt->sparse, sparse, "--sparse", SPARSE_AUTO, 0),
		.reflink = (enum copy_reflink)read_when(&opt->reflink, reflink, "--reflink", REFLINK_AUTO,
							REFLINK_ALWAYS),
		.recursive = opt->recursive || opt->archive,
		.copy_contents = opt->copy_contents,
		.one_file_system = opt->one_file_system,
		.attributes_only = opt->attributes_only,
		.link = opt->link,
		.symbolic_link = opt->symbolic_link,
		.force = opt->force,
		.remove_destination = opt->remove_destination,
		.update = opt->update,
		.verbose = opt->verbose,
	};

	if (opt->interactive > opt->no_clobber)
		copy.overwrite = OVERWRITE_ASK;
	else if (opt->no_clobber)
		copy.overwrite = OVERWRITE_NOT;
	read_keeping(opt, &copy);
	for (size_t i = 0; i < opt->context.count; i++)
		if (opt->context.items[i].value)
			warn("warning: ignoring --context; it requires an SELinux-enabled kernel");
	if (opt->link && opt->symbolic_link)
		die_usage("cannot make both hard and symbolic links");
	if (backup && copy.overwrite == OVERWRITE_NOT)
		die_usage("options --backup and --no-clobber are mutually exclusive");
	if (copy.reflink == REFLINK_ALWAYS && copy.sparse != SPARSE_AUTO)
		die_usage("--reflink can be used only with --sparse=auto");
	copy.backup = backup_options(opt->b, &opt->backup, opt->suffix);
	return copy;
}

/* Copies one source, and with --parents the directories of its path. */
static bool copy_one(struct copier *c, const struct target *target, char *source, bool whole_path)
{
	struct parents *made;
	char *name;
	bool ok;

	if (target->dir == -1 || !whole_path) {
		/* The parent of a directory is not made in another one, but copied into it. */
		bool up = strcmp(path_base(source), "..") == 0 && target->dir != -1;

		return copy_source(c, source,
				   up ? target_place_named(target, ".") : target_place(target, source), NULL);
	}
	name = arena_strdup(source + strspn(source, "/"));
	strip_trailing_slashes(name);
	ok = copy_parents(c, source, target_place_named(target, name), &made) &&
	     copy_source(c, source, target_place_named(target, name), NULL);
	return copy_parents_done(c, made) && ok;
}

/* With -f and -b, a file copied to its own name goes to the name of its backup. */
static const char *own_backup(struct copy_options *copy, const char *source, const char *dest)
{
	struct stat st;
	char *name;

	if (!copy->force || copy->backup.kind == BACKUP_NONE || strcmp(source, dest) != 0 ||
	    stat(dest, &st) < 0 || !S_ISREG(st.st_mode))
		return dest;
	name = backup_name(AT_FDCWD, dest, &copy->backup);
	if (!name)
		die_errno("cannot backup %s", quote_file(dest));
	copy->backup.kind = BACKUP_NONE;
	return name;
}

int cp_main(struct cp_options *opt, char **files)
{
	struct copy_options copy = read_options(opt);
	struct target target;
	size_t count = find_target(&target, files, &opt->target_directory,
				   opt->no_target_directory ? TARGET_NONE : 0);
	struct copier *c;
	bool ok = true;

	if (target.dir == -1) {
		if (opt->parents)
			die_usage("with --parents, the destination must be a directory");
		target.path = own_backup(&copy, files[0], target.path);
	}
	copy.many = count > 1;
	c = copy_begin(&copy);
	for (size_t i = 0; i < count; i++) {
		if (opt->strip_trailing_slashes)
			strip_trailing_slashes(files[i]);
		ok &= copy_one(c, &target, files[i], opt->parents);
	}
	return !ok;
}
