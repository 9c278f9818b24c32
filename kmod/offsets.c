// SPDX-License-Identifier: GPL-2.0-only
/*
 * What direct.S has to know of C: kbuild makes offsets.h of this, as it makes the
 * kernel's asm-offsets.h.
 */
#include <linux/kbuild.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>

#include "compat.h"
#include "direct.h"
#include "shard.h"

int main(void)
{
	DEFINE(FRAME_BYTES, sizeof(struct fgagg_frame));
	OFFSET(FRAME_key, fgagg_frame, key);
	OFFSET(FRAME_start, fgagg_frame, start);
	OFFSET(FRAME_child, fgagg_frame, child);
	OFFSET(FRAME_cost, fgagg_frame, cost);
	OFFSET(FRAME_stolen, fgagg_frame, stolen);
	OFFSET(FRAME_below, fgagg_frame, below);
	OFFSET(FRAME_func, fgagg_frame, func);
	OFFSET(FRAME_tag, fgagg_frame, tag);
	/* Three in one: flags, context and, in the higher half, room. */
	OFFSET(FRAME_flags, fgagg_frame, flags);
	DEFINE(FRAME_ROOT, FGAGG_FRAME_ROOT);
	DEFINE(FRAME_ROOM, 1 << 16);
	DEFINE(CCT_RATIO, FGAGG_CCT_RATIO);
	BLANK();
	DEFINE(COPY_few, offsetof(struct fgagg_shard_config, copy[FGAGG_COPY_FEW]));
	DEFINE(COPY_many, offsetof(struct fgagg_shard_config, copy[FGAGG_COPY_MANY]));
	DEFINE(TAG_LEVEL, FGAGG_TAG_LEVEL);
	DEFINE(SHARD_entered, offsetof(struct fgagg_shard, count.entered));
	DEFINE(STACK_RESERVE, FGAGG_DIRECT_RESERVE);
	DEFINE(STACK_SLOT, sizeof(unsigned long));
	DEFINE(TASK_STACK, offsetof(struct task_struct, stack));
	DEFINE(INSN_SIZE, MCOUNT_INSN_SIZE);
#ifdef FGAGG_PCPU_HOT
	DEFINE(PCPU_current, offsetof(struct pcpu_hot, current_task));
	DEFINE(PCPU_preempt_count, offsetof(struct pcpu_hot, preempt_count));
#endif
	return 0;
}
