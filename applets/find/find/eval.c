/* eval.c - what tests find out
 *
 * A file of which a test cannot read what it asks for is reported, and no more is asked of it.
 */
#include <dirent.h>
#include "find.h"
#include "glob.h"
#include "mounts.h"
#include "path.h"

void find_trouble(struct find *f, int code)
{
	f->gone = true;
	if (f->ignore_race && code == ENOENT && !(f->e->kind == WALK_ERROR && f->e->type == DT_DIR))
		return;
	warn_code(code, "%s", quote(f->e->path));
	f->status = 1;
}

const struct stat *find_stat(struct find *f)
{
	const struct stat *st = walk_stat(&f->walk);

	if (!st)
		find_trouble(f, errno);
	return st;
}

int find_follow_flag(const struct find *f)
{
	return f->follow || (f->follow_roots && f->e->level == 0) ? 0 : AT_SYMLINK_NOFOLLOW;
}

bool find_time(struct find *f, char which, struct timespec *ts)
{
	const struct stat *st;

	if (which == 'B')
		return time_of_birth(f->e->dir, f->e->name, find_follow_flag(f), ts);
	st = find_stat(f);
	if (!st)
		return false;
	*ts = which == 'a' ? st->st_atim : which == 'c' ? st->st_ctim : st->st_mtim;
	return true;
}

static int compare_times(const struct timespec *a, const struct timespec *b)
{
	if (a->tv_sec != b->tv_sec)
		return a->tv_sec < b->tv_sec ? -1 : 1;
	return (a->tv_nsec > b->tv_nsec) - (a->tv_nsec < b->tv_nsec);
}

/* Whether a time is as old as asked: low is the time that is too old for exactly n, high that which is just too new. */
static bool test_time(struct find *f, const struct find_node *n)
{
	struct timespec ts;

	if (!find_time(f, n->time.which, &ts))
		return false;
	if (n->time.sign == '+')
		return compare_times(&ts, &n->time.low) < 0;
	if (n->time.sign == '-')
		return compare_times(&ts, &n->time.high) > 0;
	return compare_times(&ts, &n->time.low) > 0 && compare_times(&ts, &n->time.high) <= 0;
}

static bool test_newer(struct find *f, const struct find_node *n)
{
	struct timespec ts;

	return find_time(f, n->time.which, &ts) && compare_times(&ts, &n->time.low) > 0;
}

static bool test_used(const struct stat *st, const struct find_node *n)
{
	double days = (double)(st->st_atim.tv_sec - st->st_ctim.tv_sec) +
		      (double)(st->st_atim.tv_nsec - st->st_ctim.tv_nsec) / 1e9;

	if (days < 0)
		return false;
	if (n->used.sign == '+')
		return days > n->used.high;
	if (n->used.sign == '-')
		return days < n->used.high;
	return days >= n->used.low && days < n->used.high;
}

static bool test_number(const struct find_number *n, uintmax_t value)
{
	return n->sign == '+' ? value > n->n : n->sign == '-' ? value < n->n : value == n->n;
}

static bool test_perm(const struct find_node *n, mode_t mode)
{
	mode_t wanted = S_ISDIR(mode) ? n->perm.dir : n->perm.file;

	mode &= 07777;
	if (n->perm.how == '-')
		return (mode & wanted) == wanted;
	if (n->perm.how == '/')
		return !wanted || mode & wanted;
	return mode == wanted;
}

const char *find_fstype(struct find *f, dev_t dev)
{
	if (!f->mounts)
		f->mounts = mounts_read(&f->mounts_count);
	for (size_t i = f->mounts_count; i-- > 0;)
		if (f->mounts[i].device == dev)
			return f->mounts[i].type;
	return "unknown";
}

/* The type of the file at the other end from that which -type looks at, as a DT_ of dirent(3); 0 with *error set if it cannot be
 * told. */
unsigned find_type_beyond(struct find *f, int *error)
{
	const struct walk_entry *e = f->e;
	bool followed = !find_follow_flag(f);
	struct stat st;

	*error = 0;
	if (!followed && e->type != DT_LNK)
		return e->type;
	if (fstatat(e->dir, e->name, &st, followed ? AT_SYMLINK_NOFOLLOW : 0) == 0)
		return (st.st_mode & S_IFMT) >> 12;
	*error = errno;
	return errno == ENOENT || errno == ENOTDIR ? DT_LNK : 0;
}

static bool test_xtype(struct find *f, const struct find_node *n)
{
	int error;
	unsigned type = find_type_beyond(f, &error);

	if (!type)
		find_trouble(f, error);
	return n->types >> type & 1 && type;
}

static bool test_glob(const struct find_glob *g, const char *name)
{
	return g->pattern && glob_match(g->pattern, name, g->flags);
}

static bool test_lname(struct find *f, const struct find_node *n)
{
	const char *target = f->e->type == DT_LNK ? read_link(f->e->dir, f->e->name) : NULL;

	return target && test_glob(&n->glob, target);
}

static bool test_empty(struct find *f)
{
	const struct walk_entry *e = f->e;
	const struct stat *st;
	int fd, empty;

	if (e->type == DT_REG) {
		st = find_stat(f);
		return st && st->st_size == 0;
	}
	if (e->type != DT_DIR)
		return false;
	fd = open_file_at(e->dir, e->name,
			  O_RDONLY | O_DIRECTORY | O_NONBLOCK | (find_follow_flag(f) ? O_NOFOLLOW : 0), 0);
	empty = fd < 0 ? -1 : dir_is_empty(fd, ".");
	if (empty < 0) {
		warn_errno("%s", quote(e->path));
		f->status = 1;
	}
	close_file(fd);
	return empty > 0;
}

static bool delete (struct find *f)
{
	const struct walk_entry *e = f->e;

	if (strcmp(e->name, ".") == 0)
		return true;
	if (unlinkat(e->dir, e->name, e->type == DT_DIR && f->e->kind == WALK_DIR_END ? AT_REMOVEDIR : 0) ==
	    0)
		return true;
	if (errno == ENOENT && f->ignore_race)
		return true;
	warn_errno("cannot delete %s", quote(e->path));
	f->status = 1;
	return false;
}

/* The last component of the path, without slashes behind it; / if there are only slashes. */
static const char *base_of(const struct walk_entry *e)
{
	if (e->level > 0 || !strchr(e->name, '/'))
		return e->name;
	return path_base(e->path);
}

/* Tests of the status of the file. */
static bool test_status(struct find *f, const struct find_node *n, const struct stat *st)
{
	switch (n->kind) {
	case FIND_USED:
		return test_used(st, n);
	case FIND_GID:
		return test_number(&n->number, st->st_gid);
	case FIND_UID:
		return test_number(&n->number, st->st_uid);
	case FIND_INUM:
		return test_number(&n->number, st->st_ino);
	case FIND_LINKS:
		return test_number(&n->number, st->st_nlink);
	case FIND_SIZE:
		return test_number(&n->size.n, (uintmax_t)st->st_size / n->size.unit +
						       ((uintmax_t)st->st_size % n->size.unit != 0));
	case FIND_PERM:
		return test_perm(n, st->st_mode);
	case FIND_SAMEFILE:
		return st->st_ino == n->same.ino && st->st_dev == n->same.dev;
	case FIND_FSTYPE:
		return strcmp(find_fstype(f, st->st_dev), n->fstype) == 0;
	case FIND_NOUSER:
		return !user_name(&f->users, st->st_uid);
	default:
		return !group_name(&f->users, st->st_gid);
	}
}

static bool test(struct find *f, const struct find_node *n)
{
	const struct walk_entry *e = f->e;
	const struct stat *st;

	switch (n->kind) {
	case FIND_TRUE:
		return true;
	case FIND_NAME:
		return test_glob(&n->glob, base_of(e));
	case FIND_PATH:
		return test_glob(&n->glob, e->path);
	case FIND_REGEX:
		return regex_match_all(n->re, e->path, e->path_len);
	case FIND_TYPE:
		return n->types >> e->type & 1;
	case FIND_TIME:
		return test_time(f, n);
	case FIND_NEWER:
		return test_newer(f, n);
	case FIND_XTYPE:
		return test_xtype(f, n);
	case FIND_LNAME:
		return test_lname(f, n);
	case FIND_ACCESS:
		return faccessat(e->dir, e->name, n->access, 0) == 0;
	case FIND_EMPTY:
		return test_empty(f);
	case FIND_USED:
	case FIND_GID:
	case FIND_UID:
	case FIND_INUM:
	case FIND_LINKS:
	case FIND_SIZE:
	case FIND_PERM:
	case FIND_SAMEFILE:
	case FIND_FSTYPE:
	case FIND_NOUSER:
	case FIND_NOGROUP:
		st = find_stat(f);
		return st && test_status(f, n, st);
	default:
		return false;
	}
}

static bool act(struct find *f, const struct find_node *n)
{
	switch (n->kind) {
	case FIND_PRUNE:
		if (f->e->kind == WALK_DIR)
			walk_skip(&f->walk);
		return true;
	case FIND_QUIT:
		f->quit = true;
		return true;
	case FIND_DELETE:
		return delete (f);
	case FIND_EXEC:
		return find_exec(f, n->exec);
	default:
		find_print(f, n);
		return true;
	}
}

bool find_eval(struct find *f, const struct find_node *n)
{
	bool result;

	switch (n->kind) {
	case FIND_NOT:
		result = !find_eval(f, n->left);
		break;
	case FIND_AND:
		result = find_eval(f, n->left) && find_eval(f, n->right);
		break;
	case FIND_OR:
		result = find_eval(f, n->left);
		if (!result && !f->gone && !f->quit)
			result = find_eval(f, n->right);
		break;
	case FIND_LIST:
		find_eval(f, n->left);
		result = !f->gone && !f->quit && find_eval(f, n->right);
		break;
	default:
		result = n->kind < FIND_PRUNE ? test(f, n) : act(f, n);
	}
	return result && !f->gone && !f->quit;
}
