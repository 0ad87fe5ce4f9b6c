/* SPDX-License-Identifier: MIT */
/*
 * What an association has to say of its peer, told to every machine that waits for that peer: it is
 * lost, has new keys, is there again, or has started anew (DIMP 5.8-6, 5.8-7, 5.9-4).
 */
#ifndef DIMP_PEER_NEWS_H
#define DIMP_PEER_NEWS_H

#include "speaker.h"

void peer_news_tell(struct dimp_speaker *speaker, dimp_peer peer,
	enum association_notice_kind notice, struct dimp_time now);

#endif
