/* textmodel.c - predicts the bits of English text */
#include <string.h>
#include "textmodel.h"

enum { RATE_LIMIT = 60 };

/* e^(1/256) in 32.32 fixed point */
static const uint64_t E_STEP = 4311777292u;

static void make_tables(struct textmodel *m)
{
	uint64_t power = (uint64_t)1 << 32; /* e^(x/256), x going up from 0 */
	int at = 0;

	for (int x = 0; x < 2048; x++) {
		int high = (int)(((unsigned __int128)power * 4096) / (power + ((uint64_t)1 << 32)));

		m->squash[2048 + x] = (int16_t)(high > 4095 ? 4095 : high);
		m->squash[2048 - x - (x < 2048)] = (int16_t)(4095 - m->squash[2048 + x]);
		power = (uint64_t)(((unsigned __int128)power * E_STEP) >> 32);
	}
	for (int x = 0; x < 4096; x++)
		while (at <= m->squash[x])
			m->stretch[at++] = (int16_t)(x - 2048);
	while (at < 4096)
		m->stretch[at++] = 2047;
}

static void predict(struct textmodel *m)
{
	const int32_t *w;
	int64_t sum = 0;
	int x;

	m->known = 0;
	for (int i = 0; i < MODEL_ORDERS; i++) {
		uint32_t h = (m->hash[i] + m->partial * 0x9e3779b1u) * 0x85ebca6bu;

		m->slot[i] = &m->slots[i * MODEL_SLOTS + (int)(h >> 14)];
		m->input[i] = m->stretch[((*m->slot[i] ^ 0x80000000u) >> 20) & 4095];
		m->known = m->known * 2 + ((*m->slot[i] & 1023) > 0);
	}
	w = m->weights[m->known];
	for (int i = 0; i < MODEL_ORDERS; i++)
		sum += (int64_t)w[i] * m->input[i];
	x = (int)(sum >> 16);
	x = x > 2047 ? 2047 : x < -2048 ? -2048 : x;
	m->p = m->squash[x + 2048];
	m->p = m->p < 1 ? 1 : m->p;
}

void textmodel_begin(struct textmodel *m, uint32_t *slots)
{
	memset(m, 0, sizeof(*m));
	m->slots = slots;
	make_tables(m);
	for (int i = 0; i < MODEL_SETS; i++)
		for (int k = 0; k < MODEL_ORDERS; k++)
			m->weights[i][k] = 20000;
	m->partial = 1;
	predict(m);
}

static void end_byte(struct textmodel *m)
{
	static const uint64_t masks[MODEL_ORDERS - 1] = { 0xff, 0xffff, 0xffffff, 0xffffffff,
							  0xffffffffffff };
	unsigned c = m->partial & 255;

	m->history = m->history << 8 | c;
	m->partial = 1;
	m->word = (c | 32) >= 'a' && (c | 32) <= 'z' ? (m->word + c + 1) * 0x2c1b3c6du : 0;
	for (int i = 0; i < MODEL_ORDERS - 1; i++) {
		uint64_t seen = (m->history & masks[i]) * 0x9e3779b97f4a7c15u;

		m->hash[i] = (uint32_t)(seen >> 32);
	}
	m->hash[MODEL_ORDERS - 1] = m->word +
				    (uint32_t)(m->history >> 8 & 0xff) * (m->word == 0) * 0x9e3779b1u;
}

void textmodel_update(struct textmodel *m, int bit)
{
	int32_t *w = m->weights[m->known];
	int error = ((bit << 12) - m->p) * 10;

	for (int i = 0; i < MODEL_ORDERS; i++) {
		uint32_t s = *m->slot[i] ^ 0x80000000u;
		int count = (int)(s & 1023);
		int64_t p = s >> 10;

		w[i] += (m->input[i] * error + 0x2000) >> 14;
		p += (((int64_t)bit << 22) - bit - p) * 8 / (8 * count + 9);
		*m->slot[i] = ((uint32_t)p << 10 | (uint32_t)(count < RATE_LIMIT ? count + 1 : count)) ^
			      0x80000000u;
	}
	m->partial = m->partial << 1 | (unsigned)bit;
	if (m->partial >= 256)
		end_byte(m);
	predict(m);
}
