// SPDX-License-Identifier: GPL-2.0-only
#include "funcgraph_task.h"

#include <errno.h>
#include <search.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Ids of tasks that have no pid of their own: by CPU. */
#define ID_IDLE		0x100000000ULL
#define ID_UNKNOWN	0x200000000ULL

static void free_task(void *data)
{
	struct fgagg_funcgraph_task *task = data;

	free(task->frames);
	free(task);
}

/**
 * fgagg_funcgraph_task_free - give back all tasks
 * @tasks: the tasks
 */
void fgagg_funcgraph_task_free(struct fgagg_funcgraph_tasks *tasks)
{
	tdestroy(tasks->by_id, free_task);
	free(tasks->on_cpu);
}

static int by_id(const void *a, const void *b)
{
	const struct fgagg_funcgraph_task *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static struct fgagg_funcgraph_task *find(struct fgagg_funcgraph_tasks *tasks,
					 __u64 id)
{
	struct fgagg_funcgraph_task probe = { .id = id }, **found, *task;

	found = tfind(&probe, &tasks->by_id, by_id);
	if (found)
		return *found;
	task = calloc(1, sizeof(*task));
	if (!task)
		return NULL;
	task->id = id;
	task->base = SIZE_MAX;
	*task->comm = '?';
	if (!tsearch(task, &tasks->by_id, by_id)) {
		free(task);
		return NULL;
	}
	return task;
}

static struct fgagg_funcgraph_task **
slot_of(struct fgagg_funcgraph_tasks *tasks, __u16 cpu)
{
	struct fgagg_funcgraph_task **more;
	size_t nr = tasks->nr_cpus;

	if (cpu < nr)
		return &tasks->on_cpu[cpu];
	more = reallocarray(tasks->on_cpu, cpu + 1, sizeof(*tasks->on_cpu));
	if (!more)
		return NULL;
	memset(more + nr, 0, (cpu + 1 - nr) * sizeof(*more));
	tasks->on_cpu = more;
	tasks->nr_cpus = cpu + 1;
	return &more[cpu];
}

static __u64 id_of(__u32 pid, __u16 cpu)
{
	return pid ? pid : ID_IDLE | cpu;
}

static void set_name(struct fgagg_funcgraph_task *task,
		     const struct fgagg_funcgraph_event *event)
{
	task->pid = event->pid;
	memcpy(task->comm, event->comm, sizeof(task->comm));
}

/**
 * fgagg_funcgraph_task_get - whose an event is
 * @tasks: the tasks
 * @event: the event
 *
 * Return: the task that the event names, otherwise the one that its CPU runs;
 * NULL without memory.
 */
struct fgagg_funcgraph_task *
fgagg_funcgraph_task_get(struct fgagg_funcgraph_tasks *tasks,
			 const struct fgagg_funcgraph_event *event)
{
	struct fgagg_funcgraph_task **slot = slot_of(tasks, event->cpu);
	__u64 id = id_of(event->pid, event->cpu);

	if (!slot || (*slot && (!event->has_task || (*slot)->id == id)))
		return slot ? *slot : NULL;
	*slot = find(tasks, event->has_task ? id : ID_UNKNOWN | event->cpu);
	if (*slot && event->has_task)
		set_name(*slot, event);
	return *slot;
}

/* Now it is known whose the calls of a nameless task were. */
static void give_name(struct fgagg_funcgraph_task *nameless,
		      struct fgagg_funcgraph_task *task,
		      const struct fgagg_funcgraph_event *event)
{
	struct fgagg_funcgraph_task old = *task;

	if (task->nr || task->skipped)
		return;
	*task = *nameless;
	*nameless = old;
	nameless->id = task->id;
	task->id = old.id;
	set_name(task, event);
}

/**
 * fgagg_funcgraph_task_switch - a CPU runs another task from now on
 * @tasks: the tasks
 * @from: the task that ran until now
 * @to: the task that comes, on the same CPU
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_funcgraph_task_switch(struct fgagg_funcgraph_tasks *tasks,
				const struct fgagg_funcgraph_event *from,
				const struct fgagg_funcgraph_event *to)
{
	struct fgagg_funcgraph_task **slot = slot_of(tasks, to->cpu), *left;

	if (!slot)
		return -ENOMEM;
	if (*slot && (*slot)->id == (ID_UNKNOWN | to->cpu)) {
		left = find(tasks, id_of(from->pid, to->cpu));
		if (!left)
			return -ENOMEM;
		give_name(*slot, left, from);
	}
	*slot = NULL;
	return fgagg_funcgraph_task_get(tasks, to) ? 0 : -ENOMEM;
}

/**
 * fgagg_funcgraph_task_push - a call is open
 * @task: the task
 * @node: its path, NULL for an interrupt
 * @indent: as printed
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_funcgraph_task_push(struct fgagg_funcgraph_task *task,
			      struct fgagg_counter_node *node, size_t indent)
{
	size_t room = task->room ? 2 * task->room : 16;
	struct fgagg_funcgraph_frame *frames = task->frames;

	if (task->nr == task->room) {
		frames = reallocarray(frames, room, sizeof(*frames));
		if (!frames)
			return -ENOMEM;
		task->frames = frames;
		task->room = room;
	}
	task->irqs += !node;
	frames[task->nr].node = node;
	frames[task->nr].nested = 0;
	frames[task->nr++].indent = indent;
	return 0;
}

/**
 * fgagg_funcgraph_task_pop - the innermost call is no longer open
 * @task: the task, which has one
 *
 * What ran on top of it is time of the one below, too.
 */
void fgagg_funcgraph_task_pop(struct fgagg_funcgraph_task *task)
{
	const struct fgagg_funcgraph_frame *frame = &task->frames[--task->nr];

	task->irqs -= !frame->node;
	if (task->nr)
		task->frames[task->nr - 1].nested += frame->nested;
}
