/* long.c - the lines of ls -l */
#include <sys/sysmacros.h>
#include "ls.h"

static int digits(uintmax_t n)
{
	int count = 1;

	for (; n >= 10; n /= 10)
		count++;
	return count;
}

static void widen(int *width, int by)
{
	if (*width < by)
		*width = by;
}

static int width_of_text(const char *s)
{
	return (int)str_width(s, strlen(s));
}

static const char *user_of(struct ls *ls, uid_t uid)
{
	return ls->numeric_ids ? NULL : user_name(&ls->users, uid);
}

static const char *group_of(struct ls *ls, gid_t gid)
{
	return ls->numeric_ids ? NULL : group_name(&ls->users, gid);
}

static int width_of_owner(const char *name, uintmax_t id)
{
	return name ? width_of_text(name) : digits(id);
}

static bool is_device(mode_t mode)
{
	return S_ISCHR(mode) || S_ISBLK(mode);
}

static const char *size_of(const struct ls *ls, const struct stat *st, char buf[HUMAN_SIZE])
{
	return human_size((uintmax_t)st->st_size, 1, &ls->size_format, buf);
}

/* Whether sizes are plain numbers of bytes. */
static bool counts_bytes(const struct ls *ls)
{
	return ls->size_format.unit == 1 && !(ls->size_format.flags & (SIZE_AUTO | SIZE_SUFFIX));
}

static void measure_one(struct ls *ls, const struct entry *e)
{
	struct widths *w = &ls->width;
	const struct stat *st = &e->info->st;
	char buf[HUMAN_SIZE];

	widen(&w->links, digits(st->st_nlink));
	if (ls->show_owner || ls->show_author)
		widen(&w->owner, width_of_owner(user_of(ls, st->st_uid), st->st_uid));
	if (ls->show_group)
		widen(&w->group, width_of_owner(group_of(ls, st->st_gid), st->st_gid));
	if (is_device(st->st_mode)) {
		widen(&w->major, digits(major(st->st_rdev)));
		widen(&w->minor, digits(minor(st->st_rdev)));
	} else if (counts_bytes(ls)) {
		widen(&w->size, digits((uintmax_t)st->st_size));
	} else {
		widen(&w->size, (int)strlen(size_of(ls, st, buf)));
	}
}

/* Finds how wide the columns are. */
void measure_long(struct ls *ls)
{
	struct widths *w = &ls->width;

	w->links = w->owner = w->group = w->size = w->major = w->minor = 0;
	for (size_t i = 0; i < ls->found; i++) {
		const struct entry *e = &ls->entries[i];

		if (e->info) {
			measure_one(ls, e);
		} else {
			widen(&w->links, 1);
			widen(&w->owner, 1);
			widen(&w->group, 1);
			widen(&w->size, 1);
		}
	}
	if (w->major)
		widen(&w->size, w->major + 2 + w->minor);
}

/* A user or group: the name on the left or the number on the right of its column. */
static void put_owner(struct buf *b, const char *name, uintmax_t id, int width)
{
	if (!name) {
		put_number(b, id, width);
	} else {
		buf_str(b, name);
		put_padded(b, "", width - width_of_text(name));
	}
	buf_char(b, ' ');
}

static void put_owners(struct ls *ls, const struct entry *e)
{
	const struct stat *st = e->info ? &e->info->st : NULL;
	const struct widths *w = &ls->width;
	struct buf *b = &ls->out;

	if (ls->show_owner)
		put_owner(b, st ? user_of(ls, st->st_uid) : "?", st ? st->st_uid : 0, w->owner);
	if (ls->show_group)
		put_owner(b, st ? group_of(ls, st->st_gid) : "?", st ? st->st_gid : 0, w->group);
	if (ls->show_author)
		put_owner(b, st ? user_of(ls, st->st_uid) : "?", st ? st->st_uid : 0, w->owner);
	if (ls->show_context)
		put_owner(b, e->info && e->info->context ? e->info->context : "?", 0, w->context);
}

static void put_size(struct ls *ls, const struct entry *e)
{
	const struct widths *w = &ls->width;
	struct buf *b = &ls->out;
	char buf[HUMAN_SIZE];

	if (!e->info) {
		put_padded(b, "?", w->size);
	} else if (is_device(e->mode)) {
		put_number(b, major(e->info->st.st_rdev), w->size - 2 - w->minor);
		buf_mem(b, ", ", 2);
		put_number(b, minor(e->info->st.st_rdev), w->minor);
	} else if (counts_bytes(ls)) {
		put_number(b, (uintmax_t)e->info->st.st_size, w->size);
	} else {
		put_padded(b, size_of(ls, &e->info->st, buf), w->size);
	}
	buf_char(b, ' ');
}

/* Whether the time is less than half a year ago, which is 31556952 / 2 seconds. */
static bool is_recent(struct ls *ls, const struct timespec *t)
{
	time_t ago;

	if (t->tv_sec > ls->now.tv_sec || (t->tv_sec == ls->now.tv_sec && t->tv_nsec > ls->now.tv_nsec))
		clock_gettime(CLOCK_REALTIME, &ls->now);
	ago = ls->now.tv_sec - 31556952 / 2;
	return (t->tv_sec > ago || (t->tv_sec == ago && t->tv_nsec > ls->now.tv_nsec)) &&
	       (t->tv_sec < ls->now.tv_sec || (t->tv_sec == ls->now.tv_sec && t->tv_nsec < ls->now.tv_nsec));
}

/* The columns that a time takes which is not known. */
static int time_width(struct ls *ls)
{
	static const struct timespec epoch;
	struct tm tm;

	if (ls->time_width == 0 && time_split(&ls->zone, 0, &tm)) {
		struct buf text = { 0 };

		time_format(&text, ls->time_formats[0], &tm, &epoch);
		ls->time_width = (int)str_width(text.data, text.len);
	}
	return ls->time_width;
}

static void put_time(struct ls *ls, const struct entry *e)
{
	char number[NUM_SIZE];
	const struct timespec *t;
	const char *format;
	struct tm tm;

	if (!e->info || (ls->time == TIME_BORN && e->info->time.tv_nsec < 0)) {
		put_padded(&ls->out, "?", time_width(ls));
		return;
	}
	t = &e->info->time;
	format = ls->time_formats[is_recent(ls, t)];
	if (ls->time_cached != format || ls->cached_second != t->tv_sec || strchr(format, 'N')) {
		if (!time_split(&ls->zone, t->tv_sec, &tm)) {
			put_padded(&ls->out, num_to_str_signed(t->tv_sec, number), time_width(ls));
			return;
		}
		ls->time_text.len = 0;
		time_format(&ls->time_text, format, &tm, t);
		ls->time_cached = format;
		ls->cached_second = t->tv_sec;
	}
	buf_mem(&ls->out, ls->time_text.data, ls->time_text.len);
}

/* Writes the line of a file up to its name. Returns the column where GNU's ls takes the name to begin: it counts from
 * behind the owners. */
size_t put_long(struct ls *ls, struct entry *e)
{
	struct buf *b = &ls->out;
	size_t start = 0;
	char mode[11];

	if (ls->dired)
		buf_mem(b, "  ", 2);
	put_inode(ls, e);
	put_blocks(ls, e);
	mode_string(e->mode, mode);
	if (!e->info)
		memset(mode + 1, '?', 9);
	buf_mem(b, mode, 10);
	if (ls->some_access)
		buf_char(b, e->info ? e->info->access : '?');
	buf_char(b, ' ');
	if (e->info)
		put_number(b, e->info->st.st_nlink, ls->width.links);
	else
		put_padded(b, "?", ls->width.links);
	buf_char(b, ' ');
	put_owners(ls, e);
	if (ls->show_owner || ls->show_group || ls->show_author || ls->show_context)
		start = b->len;
	put_size(ls, e);
	put_time(ls, e);
	buf_char(b, ' ');
	return b->len - start;
}
