/* install - copy files and set their attributes, or make directories
 *
 * usage: install [OPTION]... [-T] SOURCE DEST
 * usage: install [OPTION]... SOURCE... DIRECTORY
 * usage: install [OPTION]... -t DIRECTORY SOURCE...
 * usage: install [OPTION]... -d DIRECTORY...
 *
 *       --backup[=CONTROL]...         keep a backup of each file that is replaced
 *   -b                                as --backup without CONTROL
 *   -c                                without effect
 *   -C, --compare                     do not touch a file that is the same already, contents, owner and mode
 *   -d, --directory                   make directories, with all components
 *   -D                                make all components before the last of DEST, or all of DIRECTORY of -t
 *   -g, --group=GROUP                 set the group
 *   -m, --mode=MODE                   set the mode, as chmod does to ---------; rwxr-xr-x if not given
 *   -o, --owner=OWNER                 set the owner
 *   -p, --preserve-timestamps         keep the times of the SOURCEs
 *   -s, --strip                       take the symbol tables out, by strip
 *       --strip-program=PROGRAM       by PROGRAM
 *   -S, --suffix=SUFFIX               of backups, in place of ~
 *   -t, --target-directory=DIRECTORY...    copy all SOURCEs into DIRECTORY
 *   -T, --no-target-directory         DEST is no directory to copy into
 *   -v, --verbose                     say what is done
 *       --preserve-context            accepted, with a warning
 *   -Z                                accepted, and without effect
 *       --context[=CTX]...            likewise, with a warning if there is a CTX
 *
 * CONTROL is none or off; numbered or t; existing or nil (numbered if there are numbered ones); simple or never.
 * Without it VERSION_CONTROL says, and SIMPLE_BACKUP_SUFFIX the suffix.
 *
 * install: /usr/bin
 * follows: GNU coreutils manual, "install invocation"
 */
#include <sys/wait.h>
#include "libbb.h"
#include "command.h"
#include "copytree.h"
#include "path.h"
#include "walk.h"
#include "install.gen.h"

struct job {
	mode_t mode, directory_mode;
	uid_t uid;
	gid_t gid;
	bool compare, times, verbose;
	bool whole_path;   /* -d */
	const char *strip; /* the program, or NULL */
	struct copier *copier;
};

/* Makes one directory of a path unless it is there; returns whether it is now. `last` says that no other follows. */
static bool make_directory(const struct job *job, int dir, const char *name, const char *path, bool last)
{
	struct stat st;

	if (mkdirat(dir, name, 0755) == 0) {
		if (job->verbose)
			out_fmt("install: creating directory %s\n", quote_file(path));
		return set_mode_at(dir, name, 0755) == 0;
	}
	if (errno == EEXIST && fstatat(dir, name, &st, 0) == 0) {
		if (S_ISDIR(st.st_mode))
			return true;
		errno = last ? EEXIST : ENOTDIR;
	}
	warn_errno("cannot create directory %s", job->whole_path ? quote(path) : quote_file(path));
	return false;
}

/* Makes the directories of a path, but the last component if `parents` only. Returns false after a message. */
static bool make_path(const struct job *job, const char *path, bool parents)
{
	int dir = *path == '/' ? open_file("/", O_PATH | O_DIRECTORY, 0) : AT_FDCWD;
	const char *name = path + strspn(path, "/"), *end;
	bool made = true;

	if (!*path) {
		warn_code(ENOENT, "cannot create directory %s", quote(path));
		return false;
	}
	for (; made && *name; name = end + strspn(end, "/")) {
		const char *part, *so_far;
		int next;

		end = name + strcspn(name, "/");
		if (parents && !end[strspn(end, "/")])
			break;
		part = arena_memdup(name, (size_t)(end - name));
		so_far = arena_memdup(path, (size_t)(end - path));
		made = make_directory(job, dir, part, so_far, !end[strspn(end, "/")]);
		next = made ? open_file_at(dir, part, O_PATH | O_DIRECTORY, 0) : -1;
		if (made && next < 0) {
			warn_errno("cannot create directory %s", quote(so_far));
			made = false;
		}
		if (dir != AT_FDCWD)
			close_file(dir);
		dir = next;
	}
	if (dir != AT_FDCWD && dir >= 0)
		close_file(dir);
	return made;
}

/* Gives a new file or directory its owner and mode. Returns false after a message. */
static bool set_attributes(const struct job *job, int dir, const char *name, const char *path, mode_t mode)
{
	if ((job->uid != (uid_t)-1 || job->gid != (gid_t)-1) &&
	    fchownat(dir, name, job->uid, job->gid, AT_SYMLINK_NOFOLLOW) < 0) {
		warn_errno("cannot change ownership of %s", quote_file(path));
		return false;
	}
	if (set_mode_at(dir, name, mode) < 0) {
		warn_errno("cannot change permissions of %s", quote_file(path));
		return false;
	}
	return true;
}

static bool install_directory(const struct job *job, const char *path)
{
	struct stat st;

	if (!make_path(job, path, false))
		return false;
	if (job->uid == (uid_t)-1 && job->gid == (gid_t)-1 && stat(path, &st) == 0 &&
	    (st.st_mode & 07777) == job->directory_mode)
		return true;
	return set_attributes(job, AT_FDCWD, path, path, job->directory_mode);
}

/* Runs the strip program on a file. Returns false after a message. */
static bool strip_file(const struct job *job, const char *path)
{
	char *words[] = { arena_strdup(job->strip),
			  arena_strdup(*path == '-' ? arena_printf("./%s", path) : path), NULL };
	int status;
	pid_t child;

	out_flush();
	child = fork();
	if (child < 0) {
		warn_errno("fork system call failed");
		return false;
	}
	if (child == 0) {
		exec_command(words, NULL);
		warn_errno("cannot run %s", quote_file(job->strip));
		_exit(1);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (status != 0)
		warn("strip process terminated abnormally");
	return status == 0;
}

/* Whether two open files hold the same. */
static bool same_contents(int a, int b)
{
	char *left = arena_alloc(IO_BLOCK), *right = arena_alloc(IO_BLOCK);
	ssize_t n;

	while ((n = read_all(a, left, IO_BLOCK)) > 0)
		if (read_all(b, right, IO_BLOCK) != n || memcmp(left, right, (size_t)n) != 0)
			return false;
	return n == 0 && read_some(b, right, 1) == 0;
}

/* -C: whether the file at `to` is already what it is to become. */
static bool is_done(const struct job *job, const char *source, const struct place *to)
{
	struct stat from, old;
	bool same;
	int a, b;

	if (job->mode & 07000 || stat(source, &from) < 0 ||
	    fstatat(to->dir, to->name, &old, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	if (!S_ISREG(from.st_mode) || !S_ISREG(old.st_mode) || from.st_size != old.st_size ||
	    (old.st_mode & 07777) != job->mode)
		return false;
	if (old.st_uid != (job->uid == (uid_t)-1 ? geteuid() : job->uid) ||
	    old.st_gid != (job->gid == (gid_t)-1 ? getegid() : job->gid))
		return false;
	a = open_file(source, O_RDONLY, 0);
	b = open_file_at(to->dir, to->name, O_RDONLY | O_NOFOLLOW, 0);
	same = a >= 0 && b >= 0 && same_contents(a, b);
	if (a >= 0)
		close_file(a);
	if (b >= 0)
		close_file(b);
	return same;
}

static bool install_file(const struct job *job, const char *source, struct place to)
{
	struct stat st;

	if (job->compare && is_done(job, source, &to))
		return true;
	if (!copy_source(job->copier, source, to, NULL))
		return false;
	if (job->strip && !strip_file(job, to.path)) {
		if (unlinkat(to.dir, to.name, 0) < 0)
			warn_errno("cannot unlink %s", quote_file(to.path));
		return false;
	}
	if (job->times) {
		if (stat(source, &st) < 0 ||
		    utimensat(to.dir, to.name, (struct timespec[]){ st.st_atim, st.st_mtim },
			      AT_SYMLINK_NOFOLLOW) < 0) {
			warn_errno("cannot set timestamps for %s", quote_file(to.path));
			return false;
		}
	}
	return set_attributes(job, to.dir, to.name, to.path, job->mode);
}

/* Sets mode, owner and group as the options have them. */
static void read_attributes(struct job *job, const struct install_options *opt)
{
	struct mode_change change;
	struct users users = { 0 };

	job->mode = job->directory_mode = 0755;
	if (opt->mode) {
		if (!mode_compile(opt->mode, &change))
			die("invalid mode %s", quote(opt->mode));
		job->mode = mode_apply(&change, 0, false, 0, NULL);
		job->directory_mode = mode_apply(&change, 0, true, 0, NULL);
	}
	job->uid = (uid_t)-1;
	job->gid = (gid_t)-1;
	if (opt->owner && !parse_user(&users, opt->owner, &job->uid))
		die("invalid user %s", quote(opt->owner));
	if (opt->group && !parse_group(&users, opt->group, &job->gid))
		die("invalid group %s", quote(opt->group));
	users_free(&users);
}

static void check_options(const struct install_options *opt, const struct job *job)
{
	if (opt->directory && opt->strip)
		die("the strip option may not be used when installing a directory");
	if (opt->directory && opt->target_directory.count)
		die("target directory not allowed when installing a directory");
	if (opt->compare && opt->preserve_timestamps)
		die_usage("options --compare (-C) and --preserve-timestamps are mutually exclusive");
	if (opt->compare && opt->strip)
		die_usage("options --compare (-C) and --strip are mutually exclusive");
	if (opt->compare && job->mode & 07000)
		warn("the --compare (-C) option is ignored when you specify a mode with non-permission bits");
	for (size_t i = 0; i < opt->context.count; i++)
		if (opt->context.items[i].value)
			warn("warning: ignoring --context; it requires an SELinux-enabled kernel");
	if (opt->preserve_context)
		warn("WARNING: ignoring --preserve-context; this kernel is not SELinux-enabled");
}

/* Makes the directories that -D asks for. */
static bool make_parents(const struct job *job, const struct install_options *opt, char **files)
{
	size_t count = 0;

	while (files[count])
		count++;
	if (opt->target_directory.count == 1)
		return make_path(job, opt->target_directory.items[0].value, false);
	return count != 2 || make_path(job, files[1], true);
}

int install_main(struct install_options *opt, char **files)
{
	struct job job = { .compare = opt->compare,
			   .times = opt->preserve_timestamps,
			   .verbose = opt->verbose,
			   .whole_path = opt->directory };
	struct copy_options copy = { .follow = FOLLOW_ALL,
				     .sparse = SPARSE_AUTO,
				     .copy_contents = true,
				     .remove_destination = true,
				     .install = true,
				     .verbose = opt->verbose };
	struct target target;
	struct stat st;
	size_t count;
	bool ok = true;

	read_attributes(&job, opt);
	check_options(opt, &job);
	if (opt->strip)
		job.strip = opt->strip_program ? opt->strip_program : "strip";
	if (!*files)
		die_usage("missing file operand");
	if (opt->directory) {
		for (; *files; files++)
			ok &= install_directory(&job, *files);
		return !ok;
	}
	copy.backup = backup_options(opt->b, &opt->backup, opt->suffix);
	if (opt->D && !make_parents(&job, opt, files))
		return 1;
	if (opt->target_directory.count == 1 && stat(opt->target_directory.items[0].value, &st) < 0)
		die_errno("failed to access %s", quote_file(opt->target_directory.items[0].value));
	count = find_target(&target, files, &opt->target_directory,
			    opt->no_target_directory ? TARGET_NONE : 0);
	copy.many = count > 1;
	job.copier = copy_begin(&copy);
	for (size_t i = 0; i < count; i++)
		ok &= install_file(&job, files[i], target_place(&target, files[i]));
	return !ok;
}
