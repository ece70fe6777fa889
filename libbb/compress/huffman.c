/* huffman.c - optimal prefix codes with a limit to their length */
#include "internal.h"

enum { MOST = 512 };

/* Sorts numbers: by Shell's method, as there are few. */
static void sort(uint64_t *a, unsigned n)
{
	static const uint16_t gaps[] = { 301, 132, 57, 23, 10, 4, 1 };

	for (unsigned g = 0; g < sizeof(gaps) / sizeof(*gaps); g++)
		for (unsigned i = gaps[g]; i < n; i++) {
			uint64_t x = a[i];
			unsigned j = i;

			for (; j >= gaps[g] && a[j - gaps[g]] > x; j -= gaps[g])
				a[j] = a[j - gaps[g]];
			a[j] = x;
		}
}

/* Counts the code lengths of Huffman's tree over `n` >= 2 weights in rising order. */
static void count_lengths(const uint64_t *sorted, unsigned n, unsigned *count)
{
	uint64_t weight[MOST];
	uint16_t parent[2 * MOST] = { 0 }, depth[2 * MOST];
	unsigned leaf = 0, node = 0;

	for (unsigned made = 0; made < n - 1; made++) {
		uint64_t sum = 0;

		for (int child = 0; child < 2; child++)
			if (leaf < n && (node >= made || sorted[leaf] >> 9 <= weight[node])) {
				sum += sorted[leaf] >> 9;
				parent[leaf++] = (uint16_t)(n + made);
			} else {
				sum += weight[node];
				parent[n + node++] = (uint16_t)(n + made);
			}
		weight[made] = sum;
	}
	depth[2 * n - 2] = 0;
	for (unsigned i = 2 * n - 2; i-- > 0;) {
		depth[i] = (uint16_t)(depth[parent[i]] + 1);
		if (i < n)
			count[depth[i]]++;
	}
}

/* Makes the lengths over `max` fit, by lengthening others. */
static void limit_lengths(unsigned *count, unsigned n, unsigned max)
{
	uint64_t used = 0, space = (uint64_t)1 << max;

	for (unsigned len = max + 1; len <= n; len++) {
		count[max] += count[len];
		count[len] = 0;
	}
	for (unsigned len = 1; len <= max; len++)
		used += (uint64_t)count[len] << (max - len);
	while (used > space) {
		unsigned len = max - 1;

		while (count[len] == 0)
			len--;
		count[len]--;
		count[len + 1]++;
		used -= (uint64_t)1 << (max - len - 1);
	}
	for (unsigned len = 1; len < max && used < space; len++) /* what is left over shortens some again */
		while (count[len + 1] > 0 && space - used >= (uint64_t)1 << (max - len - 1)) {
			count[len + 1]--;
			count[len]++;
			used += (uint64_t)1 << (max - len - 1);
		}
}

void huffman_lengths(const uint32_t *freq, unsigned n, unsigned max, uint8_t *lengths)
{
	uint64_t sorted[MOST];
	unsigned count[MOST + 1] = { 0 }, used = 0;

	memset(lengths, 0, n);
	for (unsigned i = 0; i < n; i++)
		if (freq[i])
			sorted[used++] = (uint64_t)freq[i] << 9 | i;
	if (used < 2) {
		unsigned only = used ? (unsigned)(sorted[0] & 511) : 0;

		lengths[only] = 1;
		lengths[only == 0] = 1;
		return;
	}
	sort(sorted, used);
	count_lengths(sorted, used, count);
	limit_lengths(count, used, max);
	for (unsigned len = max, i = 0; len > 0; len--)
		for (; count[len] > 0; count[len]--)
			lengths[sorted[i++] & 511] = (uint8_t)len;
}

void huffman_codes(const uint8_t *lengths, unsigned n, uint16_t *codes)
{
	unsigned count[33] = { 0 }, next[34] = { 0 };

	for (unsigned i = 0; i < n; i++)
		count[lengths[i]]++;
	count[0] = 0;
	for (unsigned len = 1; len <= 32; len++)
		next[len + 1] = (next[len] + count[len]) << 1;
	for (unsigned i = 0; i < n; i++)
		codes[i] = lengths[i] ? (uint16_t)next[lengths[i]]++ : 0;
}
